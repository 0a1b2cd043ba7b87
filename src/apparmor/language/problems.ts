import type { Diagnostic, SourcePosition } from '../../core/diagnostic.ts';
import { DIAGNOSTICS_LIMIT } from './limits.ts';

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
    this.#all.push({ ...problem, code: `apparmor/${problem.code}`, level: 'error', where });
  }

  warning(problem: Problem, where: SourcePosition): void {
    if (this.#all.length >= 2 * DIAGNOSTICS_LIMIT) return;
    this.#all.push({ ...problem, code: `apparmor/${problem.code}`, level: 'warning', where });
  }

  list(): readonly Diagnostic[] {
    return this.#all;
  }
}
