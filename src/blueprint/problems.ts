import type { Diagnostic } from '../core/diagnostic.ts';
import { DIAGNOSTIC_LIMIT } from './limits.ts';
import type { Mark } from './source-text.ts';

export interface Problem {
  /** The part after `blueprint/`, or whatever the collection's prefix is. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly at: Mark;
}

/** Collects what is wrong, and what may be; knows that no more than a page of it helps. */
export class Problems {
  readonly #prefix: string;
  readonly #errors: Diagnostic[] = [];
  readonly #warnings: Diagnostic[] = [];
  #unlisted = 0;

  /** `prefix` begins every code: `blueprint/unknown-key`. */
  constructor(prefix = 'blueprint') {
    this.#prefix = prefix;
  }

  error(problem: Problem): void {
    this.add(this.diagnostic(problem, 'error'));
  }

  diagnostic({ code, message, hint, at }: Problem, level: Diagnostic['level']): Diagnostic {
    return {
      code: `${this.#prefix}/${code}`,
      level,
      message,
      where: at.position(),
      ...(hint !== undefined && { hint }),
    };
  }

  warn(problem: Problem): void {
    if (this.#warnings.length < DIAGNOSTIC_LIMIT) this.#warnings.push(this.diagnostic(problem, 'warning'));
  }

  add(diagnostic: Diagnostic): void {
    if (this.#errors.length < DIAGNOSTIC_LIMIT) this.#errors.push(diagnostic);
    else this.#unlisted += 1;
  }

  get hasErrors(): boolean {
    return this.#errors.length > 0;
  }

  warnings(): readonly Diagnostic[] {
    return byPlace(this.#warnings);
  }

  /** Errors, then warnings; file by file in the order they were read, from top to bottom. */
  all(): readonly Diagnostic[] {
    const rest: Diagnostic = {
      code: `${this.#prefix}/more`,
      level: 'error',
      message: `There are ${this.#unlisted} more problems; mend these first.`,
    };
    return [...byPlace(this.#errors), ...(this.#unlisted > 0 ? [rest] : []), ...this.warnings()];
  }
}

function byPlace(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ where }) => where?.path))];
  const compare = (a: Diagnostic, b: Diagnostic): number =>
    files.indexOf(a.where?.path) - files.indexOf(b.where?.path) ||
    (a.where?.line ?? 0) - (b.where?.line ?? 0) ||
    (a.where?.column ?? 0) - (b.where?.column ?? 0);
  return diagnostics.toSorted(compare);
}
