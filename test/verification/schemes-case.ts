import assert from 'node:assert/strict';
import type { Verdict } from '../../src/signatures/judgement.ts';

export type Expected = Verdict | 'malformed';

/** What both are asked, and what they say. */
export interface Case {
  readonly name: string;
  readonly verdict: Expected;
  /** Why the program and the tool say different things; only where they do. */
  readonly difference?: string;
  /** What the reason must say. */
  readonly reason?: RegExp;
}

export interface Outcome {
  readonly verdict: Expected;
  readonly reason: string;
  readonly isAcceptedByTool: boolean;
}

/** An unexplained difference fails, and so does an explanation of none. */
export function compare({ verdict, difference, reason = /./ }: Case, outcome: Outcome): void {
  assert.equal(outcome.verdict, verdict, outcome.reason);
  assert.match(outcome.reason, reason);
  const differs = (outcome.verdict === 'verified') !== outcome.isAcceptedByTool;
  assert.equal(
    differs,
    difference !== undefined,
    `the tool ${outcome.isAcceptedByTool ? 'accepts' : 'refuses'} it, and the verdict is ${outcome.verdict}`,
  );
}
