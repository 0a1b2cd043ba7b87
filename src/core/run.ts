import type { AuditedFinding } from './audit.ts';

/**
 * `unconfirmed`: done, and taken back by the machine itself unless it is confirmed; `unfinished`: cut off, and to be
 * resumed or rolled back; `not-started`: cut off before the first change.
 */
export type RunState = 'applied' | 'unconfirmed' | 'undone' | 'unfinished' | 'not-started';

/** One run as its folder tells it. */
export interface RunSummary {
  readonly id: string;
  /** UTC, ISO 8601, to the second. */
  readonly startedAt: string;
  readonly state: RunState;
  readonly blueprint: string;
  readonly steps: number;
  /** The findings that its steps are meant to mend, sorted. */
  readonly findings: readonly string[];
  /** How many steps are noted as done. */
  readonly done: number;
  /** A plain script that goes back by hand. */
  readonly undoScript: string;
}

/** What a second audit says of a plan that was applied. */
export interface Verification {
  /** Findings whose every change was made and that are right now, sorted. */
  readonly mended: readonly string[];
  /** Findings whose every change was made and that are not right all the same: the run has failed them. */
  readonly notMended: readonly AuditedFinding[];
  /** Findings whose every change was made and that only wait for a reboot. */
  readonly awaitingReboot: readonly AuditedFinding[];
  /** Findings that were right before and are not any more. */
  readonly spoiled: readonly AuditedFinding[];
}
