import { resolve } from 'node:path';
import {
  DEFAULT_READ_LIMIT_BYTES,
  type DigestAlgorithm,
  type DigestResult,
  type Facts,
  type FindQuestion,
  type FindResult,
  type Host,
  type ListResult,
  type Missing,
  type ReadOptions,
  type ReadResult,
  type RunOptions,
  type RunResult,
  type StatResult,
  type Unreadable,
} from '../host.ts';
import { digestKey, digestQuestion, findKey, keyOf, runKey } from './answer.ts';
import { type AnswerIndex, indexAnswers } from './index-answers.ts';
import { isKnownToBeMissing } from './infer-missing.ts';
import {
  digestsNotRecorded,
  findNotRecorded,
  notRecorded,
  questionOf,
  readWithin,
  runNotRecorded,
  runWithin,
} from './replay.ts';
import { unpackFile } from './unpack.ts';

/**
 * A machine as it was when `freehold record` looked at it. What was not asked then is unreadable now, never missing. Throws a
 * `HostError`: `address` for what is no recording, `hostile` for one that is damaged or forged.
 */
export async function openRecording(path: string): Promise<Host> {
  const absolute = resolve(path);
  return new RecordedHost(absolute, indexAnswers(absolute, await unpackFile(absolute)));
}

class RecordedHost implements Host {
  readonly facts: Facts;
  readonly #answers: AnswerIndex;

  constructor(path: string, answers: AnswerIndex) {
    const { facts, recordedAt } = answers.head;
    this.facts = { ...facts, address: `recorded:${path}`, recordedAt };
    this.#answers = answers;
  }

  read(path: string, options?: ReadOptions): Promise<ReadResult> {
    const found = this.#answers.find(keyOf('read', path));
    const limitBytes = options?.limitBytes ?? DEFAULT_READ_LIMIT_BYTES;
    return Promise.resolve(found?.kind === 'read' ? readWithin(path, found.answer, limitBytes) : this.#unasked(path));
  }

  list(path: string): Promise<ListResult> {
    const found = this.#answers.find(keyOf('list', path));
    return Promise.resolve(found?.kind === 'list' ? found.answer : this.#unasked(path));
  }

  stat(path: string): Promise<StatResult> {
    const found = this.#answers.find(keyOf('stat', path));
    return Promise.resolve(found?.kind === 'stat' ? found.answer : this.#unasked(path));
  }

  find(question: FindQuestion): Promise<FindResult> {
    const found = this.#answers.find(findKey(question));
    return Promise.resolve(found?.kind === 'find' ? found.answer : findNotRecorded(question));
  }

  digest(paths: readonly string[], algorithm: DigestAlgorithm): Promise<readonly DigestResult[]> {
    const found = this.#answers.find(digestKey(digestQuestion(paths, algorithm)));
    const answers = found?.kind === 'digest' && found.answer.length === paths.length ? found.answer : undefined;
    return Promise.resolve(answers ?? digestsNotRecorded(paths));
  }

  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
    const found = this.#answers.find(runKey(questionOf(argv, options)));
    return Promise.resolve(found?.kind === 'run' ? runWithin(argv[0], found.answer, options) : runNotRecorded(argv));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #unasked(path: string): Missing | Unreadable {
    return isKnownToBeMissing(path, this.#answers) ? { kind: 'missing' } : notRecorded(path);
  }
}
