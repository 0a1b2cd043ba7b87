import type { AuditedFinding, AuditReport, DomainSummary, Tally } from '../core/audit.ts';
import { compareSeverity, type Severity } from '../core/severity.ts';
import { OUTCOME_LABELS, OUTCOMES_WORST_FIRST, SEVERITIES_WORST_FIRST } from './vocabulary.ts';

export interface DomainGroup {
  readonly domain: DomainSummary;
  /** Worst first. */
  readonly findings: readonly AuditedFinding[];
}

/** The findings of each domain, worst first; a finding of a domain that the report doesn't list gets a group all the same. */
export function groupByDomain(report: AuditReport): readonly DomainGroup[] {
  const findings = Map.groupBy(report.findings, (finding) => finding.domain);
  const listed = new Set(report.domains.map((domain) => domain.id));
  const others = [...findings.keys()].filter((id) => !listed.has(id)).toSorted();
  return [
    ...report.domains.map((domain) => ({ domain, findings: worstFirst(findings.get(domain.id) ?? []) })),
    ...others.map((id) => {
      const own = worstFirst(findings.get(id) ?? []);
      return { domain: { id, title: id, tally: tallyOf(own) }, findings: own };
    }),
  ];
}

/** By outcome, then severity, then id. */
export function worstFirst(findings: readonly AuditedFinding[]): readonly AuditedFinding[] {
  return findings.toSorted(
    (a, b) =>
      OUTCOMES_WORST_FIRST.indexOf(a.outcome) - OUTCOMES_WORST_FIRST.indexOf(b.outcome) ||
      compareSeverity(b.severity, a.severity) ||
      compareText(a.id, b.id),
  );
}

/** The order of code units: the same on every machine and in every locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function countChecks(tally: Tally): number {
  return OUTCOMES_WORST_FIRST.reduce((sum, outcome) => sum + tally.outcomes[outcome], 0);
}

/** `14 fail`, `3 unknown`, …: those that there are. */
export function outcomeCounts(tally: Tally): readonly string[] {
  return OUTCOMES_WORST_FIRST.filter((outcome) => tally.outcomes[outcome] > 0).map(
    (outcome) => `${tally.outcomes[outcome]} ${OUTCOME_LABELS[outcome]}`,
  );
}

/** `1 critical`, `5 high`, …: failing findings, those that there are. */
export function severityCounts(tally: Tally): readonly string[] {
  return SEVERITIES_WORST_FIRST.filter((severity) => tally.failing[severity] > 0).map(
    (severity) => `${tally.failing[severity]} ${severity}`,
  );
}

function tallyOf(findings: readonly AuditedFinding[]): Tally {
  const outcomes = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0, waived: 0 };
  const failing: Record<Severity, number> = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const finding of findings) {
    outcomes[finding.outcome] += 1;
    if (finding.outcome === 'fail') failing[finding.severity] += 1;
  }
  return { outcomes, failing };
}
