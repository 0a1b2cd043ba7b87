import type { Diagnostic, SourcePosition } from '../../core/diagnostic.ts';
import { brief } from '../../core/byte-text.ts';
import { DIAGNOSTICS_LIMIT, MESSAGE_LIMIT_CHARACTERS } from './limits.ts';

export type Problem = Pick<Diagnostic, 'code' | 'message' | 'hint'>;

/** Gathers what is wrong with a policy, up to a limit. */
export class Problems {
  readonly #all: Diagnostic[] = [];
  #errors = 0;

  /** Whether so much is wrong that reading on is worth nothing. */
  get isFull(): boolean {
    return this.#errors >= DIAGNOSTICS_LIMIT;
  }

  get errors(): number {
    return this.#errors;
  }

  error(problem: Problem, where: SourcePosition): void {
    if (this.isFull) return;
    this.#errors += 1;
    this.#add(problem, 'error', where);
  }

  warning(problem: Problem, where: SourcePosition): void {
    if (this.#all.length >= 2 * DIAGNOSTICS_LIMIT) return;
    this.#add(problem, 'warning', where);
  }

  /** Words that a message quotes may be as long as the policy. */
  #add(problem: Problem, level: Diagnostic['level'], where: SourcePosition): void {
    const message = brief(problem.message, MESSAGE_LIMIT_CHARACTERS);
    this.#all.push({ ...problem, message, code: `apparmor/${problem.code}`, level, where });
  }

  list(): readonly Diagnostic[] {
    return this.#all;
  }
}
