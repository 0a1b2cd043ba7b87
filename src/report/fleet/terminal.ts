import { plural } from '../../core/describe.ts';
import type { FleetReport } from '../../core/fleet.ts';
import { outcomeCounts, severityCounts } from '../grouping.ts';
import { type TerminalReportOptions } from '../terminal.ts';
import { shellWord } from '../text/shell-word.ts';
import { type Style, TerminalPage } from '../text/terminal-page.ts';
import { describeWorst, fleetHeadline } from './headline.ts';
import { type FleetFinding, type FleetSummary, summarize, worstOf } from './summary.ts';

const SHOWN = 10;
const NAMED_HOSTS = 3;
const MARGIN_COLUMNS = 2;
const COUNT_COLUMNS = 9;
const WORST_COLUMNS = 10;

const WORST_STYLES: Readonly<Record<ReturnType<typeof worstOf>, Style | undefined>> = {
  critical: 'brightRed',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'quiet',
  unknown: 'magenta',
  none: 'green',
};

/** Many machines for a person at a terminal: short however many there are; the answer and what needs a person last. */
export function renderFleetTerminal(report: FleetReport, options: TerminalReportOptions): string {
  const page = new TerminalPage(options);
  const summary = summarize(report);
  if (options.verbosity === 'quiet') {
    for (const line of fleetHeadline(summary)) page.prose(line, { columns: 0 });
    return page.toString();
  }
  const limit = options.verbosity === 'verbose' ? Number.POSITIVE_INFINITY : SHOWN;
  page.prose(`Audit of ${plural(report.hosts.length, 'machine')}`, { columns: 0, style: 'strong' });
  page.prose(report.startedAt, { columns: 0, style: 'quiet' });
  writeFindings(page, summary, limit);
  writeHosts(page, summary, limit);
  writeGroups(page, summary);
  writeFailed(page, summary, limit);
  writeResult(page, summary);
  return page.toString();
}

function heading(page: TerminalPage, title: string): void {
  page.line();
  page.rule();
  page.prose(title, { columns: 0, style: 'strong' });
  page.line();
}

function writeFindings(page: TerminalPage, { findings, audited }: FleetSummary, limit: number): void {
  const failing = findings.filter((finding) => finding.failing.length > 0);
  if (failing.length === 0) return;
  heading(page, 'Most common failures');
  for (const finding of failing.slice(0, limit)) writeFinding(page, finding, { total: audited.length, limit });
  writeMore(page, failing.length - limit, 'failure');
}

interface FindingContext {
  readonly total: number;
  readonly limit: number;
}

function writeFinding(page: TerminalPage, finding: FleetFinding, { total, limit }: FindingContext): void {
  const { severity, failing } = finding;
  const count = `${String(failing.length)}/${String(total)}`.padStart(COUNT_COLUMNS - MARGIN_COLUMNS);
  const lead = `${page.cell('strong', count, COUNT_COLUMNS)}${page.cell(WORST_STYLES[severity], severity, WORST_COLUMNS)}`;
  page.prose(finding.title, { columns: COUNT_COLUMNS + WORST_COLUMNS, lead });
  const names = failing.map(({ host }) => host.name);
  const shown = limit > SHOWN ? names : names.slice(0, NAMED_HOSTS);
  const more = names.length - shown.length;
  const who =
    names.length === total && total > 1
      ? 'every machine'
      : shown.join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
  page.prose(who, { columns: COUNT_COLUMNS + WORST_COLUMNS, style: 'quiet' });
}

function writeHosts(page: TerminalPage, { audited }: FleetSummary, limit: number): void {
  if (audited.length === 0) return;
  heading(page, 'Worst machines');
  for (const { name, report } of audited.slice(0, limit)) {
    const worst = worstOf(report);
    const severities = severityCounts(report.summary).join(' · ');
    const counts = severities === '' ? outcomeCounts(report.summary).join(' · ') : severities;
    const lead = ' '.repeat(MARGIN_COLUMNS) + page.cell(WORST_STYLES[worst], describeWorst(worst), WORST_COLUMNS);
    page.prose(`${name}: ${counts}`, { columns: MARGIN_COLUMNS + WORST_COLUMNS, lead });
  }
  writeMore(page, audited.length - limit, 'machine');
}

function writeGroups(page: TerminalPage, { groups }: FleetSummary): void {
  if (groups.length === 0) return;
  heading(page, 'Groups');
  for (const { name, hostCount, failingCount, unreachedCount } of groups) {
    const unreached = unreachedCount === 0 ? '' : `, ${String(unreachedCount)} not reached`;
    page.prose(`${name}: ${plural(hostCount, 'machine')}, ${String(failingCount)} with failures${unreached}`, {
      columns: MARGIN_COLUMNS,
    });
  }
}

function writeFailed(page: TerminalPage, { failed }: FleetSummary, limit: number): void {
  if (failed.length === 0) return;
  heading(page, 'Not looked at');
  for (const { name, problems } of failed.slice(0, limit)) {
    page.prose(name, { columns: MARGIN_COLUMNS, style: 'magenta' });
    for (const { message, hint } of problems) {
      page.prose(message, { columns: MARGIN_COLUMNS * 2 });
      if (hint !== undefined) page.prose(`= ${hint}`, { columns: MARGIN_COLUMNS * 2, style: 'quiet' });
    }
  }
  writeMore(page, failed.length - limit, 'machine');
}

function writeMore(page: TerminalPage, count: number, what: string): void {
  if (count > 0)
    page.prose(`and ${plural(count, what)} more; --verbose shows all`, { columns: MARGIN_COLUMNS, style: 'quiet' });
}

function writeResult(page: TerminalPage, summary: FleetSummary): void {
  page.line();
  page.rule();
  for (const line of fleetHeadline(summary)) page.prose(line, { columns: 0, style: 'strong' });
  const [worst] = summary.findings.filter(({ failing }) => failing.length > 0);
  if (worst !== undefined) {
    page.line(
      `${page.cell('strong', 'Next', COUNT_COLUMNS)}${page.paint('cyan', `freehold explain ${shellWord(worst.id)}`)}`,
    );
  }
}
