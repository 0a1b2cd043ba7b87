import { createHash } from 'node:crypto';
import type {
  DigestAlgorithm,
  DigestResult,
  FindQuestion,
  FindResult,
  ListResult,
  Missing,
  RunResult,
  StatResult,
  Unreadable,
} from '../host.ts';

/** What a file answered. One that was too large says what it was held against: a later question may allow more, or less. */
export type ReadAnswer =
  | {
      readonly kind: 'content';
      readonly bytes: Uint8Array;
      /** What was blotted out of it, for people. */
      readonly redacted?: string;
    }
  | Missing
  | Unreadable
  | { readonly kind: 'too-large'; readonly limitBytes: number };

/** One question and what the machine said: one line of a recording. */
export type Recorded =
  | { readonly kind: 'read'; readonly path: string; readonly answer: ReadAnswer }
  | { readonly kind: 'list'; readonly path: string; readonly answer: ListResult }
  | { readonly kind: 'stat'; readonly path: string; readonly answer: StatResult }
  | { readonly kind: 'find'; readonly question: FindQuestion; readonly answer: FindResult }
  | { readonly kind: 'digest'; readonly question: DigestQuestion; readonly answer: readonly DigestResult[] }
  | { readonly kind: 'run'; readonly question: RunQuestion; readonly answer: RunResult };

export interface RunQuestion {
  readonly argv: readonly [string, ...string[]];
  /** `sha256:` of its input, which itself is not kept; absent when there was none. */
  readonly stdin?: string;
}

export interface DigestQuestion {
  readonly algorithm: DigestAlgorithm;
  /** `sha256:` of the paths, each with a NUL at its end: whoever asks again knows them, and they are the larger part. */
  readonly paths: string;
}

export function digestQuestion(paths: readonly string[], algorithm: DigestAlgorithm): DigestQuestion {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`);
  return { algorithm, paths: `sha256:${hash.digest('hex')}` };
}

/** Two questions with the same key are the same question. */
export function keyOf(kind: 'read' | 'list' | 'stat', path: string): string {
  return `${kind} ${path}`;
}

export function runKey({ argv, stdin }: RunQuestion): string {
  return `run ${JSON.stringify([argv, stdin ?? null])}`;
}

export function findKey({ below, names, closed, without }: FindQuestion): string {
  return `find ${JSON.stringify([below, names, closed, without])}`;
}

export function digestKey({ algorithm, paths }: DigestQuestion): string {
  return `digest ${algorithm} ${paths}`;
}

export function recordedKey(recorded: Recorded): string {
  switch (recorded.kind) {
    case 'run':
      return runKey(recorded.question);
    case 'find':
      return findKey(recorded.question);
    case 'digest':
      return digestKey(recorded.question);
    default:
      return keyOf(recorded.kind, recorded.path);
  }
}
