import { createHash } from 'node:crypto';
import {
  DEFAULT_OUTPUT_LIMIT_BYTES,
  type DigestResult,
  type FindQuestion,
  type ReadResult,
  type RunOptions,
  type RunResult,
  type Unreadable,
} from '../host.ts';
import type { ReadAnswer, RunQuestion } from './answer.ts';

/** What a recording says to a question that nobody asked while it was made. */
export function notRecorded(path: string): Unreadable {
  return { kind: 'unreadable', cause: 'io', message: `${path}: not in this recording` };
}

export function findNotRecorded({ below, names }: FindQuestion): Unreadable {
  const message = `${names.join(', ')} below ${below.join(', ')}: not in this recording`;
  return { kind: 'unreadable', cause: 'io', message };
}

export function digestsNotRecorded(paths: readonly string[]): readonly DigestResult[] {
  return paths.map((path) => notRecorded(path));
}

export function runNotRecorded(argv: readonly string[]): RunResult {
  return { kind: 'not-run', cause: 'unsupported', message: `${argv.join(' ')}: not in this recording` };
}

/** The answer for this limit, whatever limit it was asked with when it was recorded. */
export function readWithin(path: string, answer: ReadAnswer, limitBytes: number): ReadResult {
  if (answer.kind === 'content' && answer.bytes.length <= limitBytes) return { kind: 'content', bytes: answer.bytes };
  if (answer.kind !== 'content' && answer.kind !== 'too-large') return answer;
  const isUnknown = answer.kind === 'too-large' && limitBytes > answer.limitBytes;
  const message = isUnknown
    ? `${path}: not in this recording: it is larger than the ${String(answer.limitBytes)} bytes that were asked for`
    : `${path} is larger than ${String(limitBytes)} bytes`;
  return { kind: 'unreadable', cause: 'too-large', message };
}

/** More output than allowed now is answered as if the program had been ended for it. */
export function runWithin(program: string, answer: RunResult, options: RunOptions): RunResult {
  const limitBytes = options.limitBytes ?? DEFAULT_OUTPUT_LIMIT_BYTES;
  if (answer.kind !== 'exited' || answer.stdout.length + answer.stderr.length <= limitBytes) return answer;
  const cause = 'too-much-output';
  const none = new Uint8Array();
  return { kind: 'ended', cause, message: `${program} was ended: ${cause}`, stdout: none, stderr: none };
}

export function questionOf(argv: readonly [string, ...string[]], { stdin }: RunOptions): RunQuestion {
  if (stdin === undefined || stdin.length === 0) return { argv };
  return { argv, stdin: `sha256:${createHash('sha256').update(stdin).digest('hex')}` };
}
