import type { InventoryProblem } from '../package.ts';

/** More of them than a person would read. */
const PROBLEM_LIMIT = 1000;

/** Collects what is wrong with one file. */
export interface Report {
  readonly path: string;
  readonly problems: readonly InventoryProblem[];
  /** `message` is one sentence without the path; `line` counts from 1. */
  readonly say: (message: string, line?: number) => void;
}

export function startReport(path: string): Report {
  const problems: InventoryProblem[] = [];
  return {
    path,
    problems,
    say: (message, line) => {
      if (problems.length > PROBLEM_LIMIT) return;
      const isLast = problems.length === PROBLEM_LIMIT;
      problems.push({
        where: line === undefined || isLast ? { path } : { path, line },
        message: isLast ? 'there are more problems than are listed here' : message,
      });
    },
  };
}
