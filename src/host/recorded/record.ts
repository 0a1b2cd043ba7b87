import { posix } from 'node:path';
import {
  DEFAULT_READ_LIMIT_BYTES,
  type DigestAlgorithm,
  type DigestResult,
  type Facts,
  type FindQuestion,
  type FindResult,
  type Host,
  type ListResult,
  type ReadOptions,
  type ReadResult,
  type RunOptions,
  type RunResult,
  type StatResult,
} from '../host.ts';
import { digestKey, digestQuestion, findKey, type ReadAnswer, runKey, type RunQuestion } from './answer.ts';
import { recordableFacts } from './head.ts';
import { isRecordablePath } from './line.ts';
import type { Recording } from './pack.ts';
import { realPath, rememberingStat, type StatOf } from './real-path.ts';
import {
  digestsNotRecorded,
  findNotRecorded,
  notRecorded,
  questionOf,
  readWithin,
  runNotRecorded,
  runWithin,
} from './replay.ts';
import { Tape } from './tape.ts';
import { holdsSecret, isSecretPath, redact, withheld, withheldRun } from './withhold.ts';

export interface RecordOptions {
  /** When the machine is looked at. */
  readonly startedAt: Date;
  /** `freehold 1.2.3` */
  readonly tool: string;
}

/** A host that answers as another one does, as far as a recording may, and keeps all it was asked. */
export interface Recorder {
  /** Answers exactly as the recording will: what is withheld there is withheld here. */
  readonly host: Host;
  /** Everything answered so far. */
  recording(): Recording;
  /** Paths and programs whose answers were withheld as secrets, sorted. */
  withheld(): readonly string[];
  /** How many answers did not fit. */
  leftOut(): number;
}

/** Wraps a host. Closing the wrapper closes the host. */
export function recordHost(inner: Host, { startedAt, tool }: RecordOptions): Recorder {
  const tape = new Tape();
  const host = new RecordingHost(inner, tape);
  return {
    host,
    recording: () => ({
      head: { recordedAt: startedAt.toISOString(), tool, facts: recordableFacts(inner.facts) },
      answers: tape.answers(),
    }),
    withheld: () => [...host.withheld].sort(),
    leftOut: () => tape.leftOut,
  };
}

class RecordingHost implements Host {
  readonly facts: Facts;
  readonly withheld = new Set<string>();
  readonly #inner: Host;
  readonly #tape: Tape;
  readonly #statOf: StatOf;
  // Each question is asked once: a recording has one answer to it.
  readonly #reads = new Map<string, Promise<ReadAnswer>>();
  readonly #lists = new Map<string, Promise<ListResult>>();
  readonly #stats = new Map<string, Promise<StatResult>>();
  readonly #finds = new Map<string, Promise<FindResult>>();
  readonly #digests = new Map<string, Promise<readonly DigestResult[]>>();
  readonly #runs = new Map<string, Promise<RunResult>>();

  constructor(inner: Host, tape: Tape) {
    this.#inner = inner;
    this.#tape = tape;
    this.#statOf = rememberingStat(inner);
    this.facts = { ...recordableFacts(inner.facts) };
  }

  async read(path: string, options?: ReadOptions): Promise<ReadResult> {
    const limitBytes = options?.limitBytes ?? DEFAULT_READ_LIMIT_BYTES;
    const known = this.#reads.get(path);
    const answer =
      known === undefined
        ? this.#askRead(path, limitBytes)
        : known.then((earlier) => (isOutdated(earlier, limitBytes) ? this.#askRead(path, limitBytes) : earlier));
    this.#reads.set(path, answer);
    return readWithin(path, await answer, limitBytes);
  }

  list(path: string): Promise<ListResult> {
    return once(this.#lists, path, async () => {
      const answer = isRecordablePath(path) ? await this.#inner.list(path) : notRecorded(path);
      return this.#tape.keep({ kind: 'list', path, answer }) ? answer : notRecorded(path);
    });
  }

  stat(path: string): Promise<StatResult> {
    return once(this.#stats, path, async () => {
      const answer = isRecordablePath(path) ? await this.#statOf(path) : notRecorded(path);
      return this.#tape.keep({ kind: 'stat', path, answer }) ? answer : notRecorded(path);
    });
  }

  find(question: FindQuestion): Promise<FindResult> {
    return once(this.#finds, findKey(question), async () => {
      const answer = await this.#inner.find(question);
      return this.#tape.keep({ kind: 'find', question, answer }) ? answer : findNotRecorded(question);
    });
  }

  digest(paths: readonly string[], algorithm: DigestAlgorithm): Promise<readonly DigestResult[]> {
    const question = digestQuestion(paths, algorithm);
    return once(this.#digests, digestKey(question), async () => {
      const answer = await this.#digestsUnlessSecret(paths, algorithm);
      return this.#tape.keep({ kind: 'digest', question, answer }) ? answer : digestsNotRecorded(paths);
    });
  }

  async run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
    const question = questionOf(argv, options);
    const answer = await once(this.#runs, runKey(question), async () => {
      const said = await this.#askRun(question, options);
      return this.#tape.keep({ kind: 'run', question, answer: said }) ? said : runNotRecorded(argv);
    });
    return runWithin(argv[0], answer, options);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #askRead(path: string, limitBytes: number): Promise<ReadAnswer> {
    const answer = isRecordablePath(path) ? await this.#readUnlessSecret(path, limitBytes) : notRecorded(path);
    return this.#tape.keep({ kind: 'read', path, answer }) ? answer : notRecorded(path);
  }

  async #readUnlessSecret(path: string, limitBytes: number): Promise<ReadAnswer> {
    const real = await this.#realPathUnlessSecret(path);
    if (real === undefined) return this.#withhold(path);
    const result = await this.#inner.read(path, { limitBytes });
    if (result.kind === 'unreadable' && result.cause === 'too-large') return { kind: 'too-large', limitBytes };
    if (result.kind !== 'content') return result;
    const { bytes, redacted } = redact([path, real], result.bytes);
    if (holdsSecret(bytes)) return this.#withhold(path);
    return { kind: 'content', bytes, ...(redacted !== undefined && { redacted }) };
  }

  /** Where a path leads; `undefined` if it may not be read under the name that was asked for or under the one it leads to. */
  async #realPathUnlessSecret(path: string): Promise<string | undefined> {
    if (isSecretPath(path)) return undefined;
    const real = await realPath(path, this.#statOf);
    return real === undefined || isSecretPath(real) ? undefined : real;
  }

  /** Short secrets are found by trying all that have the digest. */
  async #digestsUnlessSecret(paths: readonly string[], algorithm: DigestAlgorithm): Promise<readonly DigestResult[]> {
    const mayAsk = await Promise.all(paths.map((path) => this.#isInNoSecretPlace(path)));
    const asked = paths.filter((_, index) => mayAsk[index] === true);
    const told = await this.#inner.digest(asked, algorithm);
    const answers = new Map(asked.map((path, index) => [path, told[index] ?? notRecorded(path)]));
    return Promise.all(
      paths.map(async (path) => {
        const answer = answers.get(path);
        if (answer === undefined) return this.#withholdDigest(path);
        const isLink = answer.kind === 'digest' && answer.isSymlink;
        const isTold = !isLink || (await this.#realPathUnlessSecret(path)) !== undefined;
        return isTold ? answer : this.#withholdDigest(path);
      }),
    );
  }

  /** As long as the last name is no link: folders are looked up once for all that is in them. */
  async #isInNoSecretPlace(path: string): Promise<boolean> {
    if (isSecretPath(path)) return false;
    const folder = await realPath(posix.dirname(path), this.#statOf);
    return folder !== undefined && !isSecretPath(posix.join(folder, posix.basename(path)));
  }

  #withholdDigest(path: string): DigestResult {
    this.withheld.add(path);
    return withheld(path);
  }

  #withhold(path: string): ReadAnswer {
    this.withheld.add(path);
    return withheld(path);
  }

  async #askRun({ argv }: RunQuestion, options: RunOptions): Promise<RunResult> {
    const paths = argv.flatMap((word) => word.match(/\/[^\s'"=,;:]*/g) ?? []);
    const reals = await Promise.all(paths.map((path) => this.#realPathUnlessSecret(path)));
    const answer = reals.includes(undefined) ? undefined : await this.#inner.run(argv, options);
    const isSafe =
      answer !== undefined &&
      (answer.kind === 'not-run' || (!holdsSecret(answer.stdout) && !holdsSecret(answer.stderr)));
    if (isSafe) return answer;
    this.withheld.add(argv.join(' '));
    return withheldRun(argv[0]);
  }
}

function isOutdated(answer: ReadAnswer, limitBytes: number): boolean {
  return answer.kind === 'too-large' && answer.limitBytes < limitBytes;
}

function once<Answer>(known: Map<string, Promise<Answer>>, key: string, ask: () => Promise<Answer>): Promise<Answer> {
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  return answer;
}
