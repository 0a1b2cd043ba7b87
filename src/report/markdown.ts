import { describeLocation, plural } from '../core/describe.ts';
import type { AuditedFinding, AuditReport } from '../core/audit.ts';
import { countChecks, groupByDomain, outcomeCounts, severityCounts, worstFirst } from './grouping.ts';
import { hostNotes } from './machine.ts';
import { escapeMarkdown, markdownCode } from './markdown-text.ts';
import { OUTCOME_LABELS, OUTCOMES_WORST_FIRST } from './vocabulary.ts';

/** Forges refuse comments that are too long (GitHub: 65,536 characters); the rest is counted. */
const ROWS_MAX = 100;

/** The report as a comment on a change: one table of domains, one of what fails or is unknown. */
export function renderMarkdown(report: AuditReport): string {
  const attention = worstFirst(report.findings.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown'));
  const waived = worstFirst(report.findings.filter(({ outcome }) => outcome === 'waived'));
  return [
    `## Audit of ${escapeMarkdown(report.host.hostname)}`,
    '',
    `${plural(countChecks(report.summary), 'check')}: ${outcomeCounts(report.summary).join(', ') || 'nothing was asked for'}.${failingSentence(report)}`,
    '',
    ...hostNotes(report.host).map((note) => `${escapeMarkdown(note)}\n`),
    ...domainTable(report),
    ...findingTable(attention),
    ...waiverTable(waived),
    escapeMarkdown(
      `Blueprint ${report.blueprint.name}, ${report.blueprint.digest}, ${report.startedAt}, Freehold ${report.tool.version}`,
    ),
    '',
  ].join('\n');
}

function failingSentence(report: AuditReport): string {
  const failing = severityCounts(report.summary);
  return failing.length > 0 ? ` Failing: **${failing.join(', ')}**.` : '';
}

function domainTable(report: AuditReport): readonly string[] {
  const rows = groupByDomain(report).map(({ domain }) =>
    row([
      escapeMarkdown(domain.title) + (domain.error === undefined ? '' : `: **broke:** ${escapeMarkdown(domain.error)}`),
      ...OUTCOMES_WORST_FIRST.map((outcome) => String(domain.tally.outcomes[outcome])),
    ]),
  );
  const header = row(['Domain', ...OUTCOMES_WORST_FIRST.map((outcome) => OUTCOME_LABELS[outcome])]);
  return rows.length === 0 ? [] : [header, row(['---', ...OUTCOMES_WORST_FIRST.map(() => '---:')]), ...rows, ''];
}

function findingTable(findings: readonly AuditedFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const rest = findings.length - ROWS_MAX;
  return [
    row(['Outcome', 'Check', 'Found', 'Decided by']),
    row(['---', '---', '---', '---']),
    ...findings
      .slice(0, ROWS_MAX)
      .map((finding) =>
        row([
          finding.outcome === 'fail' ? `**${finding.severity}**` : 'unknown',
          `${escapeMarkdown(finding.title)}<br>${markdownCode(finding.id)}`,
          escapeMarkdown(finding.reason === undefined ? finding.summary : `${finding.summary}: ${finding.reason}`),
          finding.where === undefined ? '' : markdownCode(describeLocation(finding.where)),
        ]),
      ),
    '',
    ...(rest > 0 ? [`${plural(rest, 'more finding')} fail or are unknown; the other formats list all.`, ''] : []),
  ];
}

function waiverTable(findings: readonly AuditedFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const rest = findings.length - ROWS_MAX;
  return [
    `<details><summary>${findings.length} waived</summary>`,
    '',
    row(['Check', 'Reason', 'Owner', 'Until']),
    row(['---', '---', '---', '---']),
    ...findings
      .slice(0, ROWS_MAX)
      .map(({ id, waiver }) =>
        row([
          markdownCode(id),
          ...[waiver?.reason ?? '', waiver?.owner ?? '', waiver?.expires ?? ''].map(escapeMarkdown),
        ]),
      ),
    '',
    ...(rest > 0 ? [`${plural(rest, 'more waived finding')}.`, ''] : []),
    '</details>',
    '',
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
