import type { CommandChange, FileChange, PackageChange, SysctlChange, UnitChange } from './change.ts';

/** A change ready to be made: `lines` have been joined into whole files. */
export type PlannedChange = FileChange | SysctlChange | UnitChange | PackageChange | CommandChange;

/** One step of a transaction. */
export interface PlanStep {
  readonly change: PlannedChange;
  /** The findings it is meant to mend, sorted. */
  readonly findings: readonly string[];
  /** What is there now, for the diff: a file's text or a parameter's value; `null` where there is nothing or it isn't text. */
  readonly before: string | null;
}

/** What apply would do, in order. */
export interface Plan {
  readonly format: 'freehold.plan/1';
  readonly host: string;
  readonly blueprint: string;
  readonly steps: readonly PlanStep[];
  /** Failing findings that the plan leaves, and why. */
  readonly leftOut: readonly { readonly finding: string; readonly reason: string }[];
}
