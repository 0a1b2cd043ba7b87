import type { FleetReport } from '../../core/fleet.ts';
import { plural } from '../../core/describe.ts';
import { outcomeCounts, severityCounts } from '../grouping.ts';
import { escapeMarkdown, markdownCode } from '../markdown-text.ts';
import { describeWorst, fleetHeadline } from './headline.ts';
import { summarize, worstOf } from './summary.ts';

/** Forges refuse comments that are too long (GitHub: 65,536 characters); the rest is counted. */
const ROWS_MAX = 50;

/** Many machines as a comment on a change: the answer, the most common failures, the worst machines, who is missing. */
export function renderFleetMarkdown(report: FleetReport): string {
  const summary = summarize(report);
  const failing = summary.findings.filter((finding) => finding.failing.length > 0);
  return [
    `## Audit of ${plural(report.hosts.length, 'machine')}`,
    '',
    ...fleetHeadline(summary).map((line) => `${escapeMarkdown(line)}.\n`),
    ...table(
      ['Machines', 'Severity', 'Check'],
      failing.map(({ id, title, severity, failing: hosts, askedCount }) => [
        `${String(hosts.length)} of ${String(askedCount)}`,
        `**${severity}**`,
        `${escapeMarkdown(title)}<br>${markdownCode(id)}`,
      ]),
    ),
    ...table(
      ['Machine', 'Worst', 'Failing', 'Outcomes'],
      summary.audited.map(({ name, report: own }) => [
        markdownCode(name),
        describeWorst(worstOf(own)),
        severityCounts(own.summary).join(', '),
        outcomeCounts(own.summary).join(', '),
      ]),
    ),
    ...table(
      ['Not looked at', 'Why'],
      summary.failed.map(({ name, problems }) => [
        markdownCode(name),
        problems.map(({ message }) => escapeMarkdown(message)).join('<br>'),
      ]),
    ),
    escapeMarkdown(`${report.startedAt}, Freehold ${report.tool.version}`),
    '',
  ].join('\n');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const more = rows.length - ROWS_MAX;
  return [
    line(header),
    line(header.map(() => '---')),
    ...rows.slice(0, ROWS_MAX).map(line),
    ...(more > 0 ? ['', `… and ${String(more)} more.`] : []),
    '',
  ];
}
