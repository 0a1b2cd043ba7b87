import type { AuditedOutcome } from '../core/audit.ts';
import { SEVERITIES, type Severity } from '../core/severity.ts';

/** Outcomes in the order every report shows them: what needs a person first. */
export const OUTCOMES_WORST_FIRST: readonly AuditedOutcome[] = ['fail', 'unknown', 'waived', 'not-applicable', 'pass'];

export const SEVERITIES_WORST_FIRST: readonly Severity[] = SEVERITIES.toReversed();

/** How an outcome reads after a number: `14 fail`, `4 not applicable`. */
export const OUTCOME_LABELS: Readonly<Record<AuditedOutcome, string>> = {
  fail: 'fail',
  unknown: 'unknown',
  waived: 'waived',
  'not-applicable': 'not applicable',
  pass: 'pass',
};
