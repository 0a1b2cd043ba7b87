import type { AuditedFinding, AuditedOutcome, Tally } from './audit.ts';
import type { Severity } from './severity.ts';

/** Counts findings by outcome, and the failing ones by severity. */
export function tallyOf(findings: readonly AuditedFinding[]): Tally {
  const outcomes: Record<AuditedOutcome, number> = { pass: 0, fail: 0, unknown: 0, waived: 0, 'not-applicable': 0 };
  const failing: Record<Severity, number> = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const finding of findings) {
    outcomes[finding.outcome] += 1;
    if (finding.outcome === 'fail') failing[finding.severity] += 1;
  }
  return { outcomes, failing };
}
