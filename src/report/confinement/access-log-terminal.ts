import type { AccessGroup, AccessLogLine, AccessLogReport } from '../../core/access-log-report.ts';
import { plural } from '../../core/describe.ts';
import { type Style, TerminalPage, type TerminalOptions } from '../text/terminal-page.ts';

const COUNT_COLUMNS = 8;
const VERDICT_COLUMNS = 8;
const OPERATION_COLUMNS = 16;
const REQUESTED_COLUMNS = 8;
/** Of lines that need a look. */
const LINES_SHOWN = 10;

const STYLES: Readonly<Record<AccessGroup['verdict'], Style>> = {
  DENIED: 'red',
  KILLED: 'brightRed',
  ALLOWED: 'yellow',
  AUDIT: 'cyan',
  HINT: 'quiet',
};

/** The report for people: which logs, which accesses by profile, and what is missing or doubtful. */
export function renderAccessLog(report: AccessLogReport, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  for (const source of report.sources) {
    page.line(
      page.paint('quiet', source.kind === 'read' ? readLine(source) : `not read: ${source.name}: ${source.reason}`),
    );
  }
  let profile: string | undefined;
  for (const group of report.groups) {
    const heading = group.namespace === undefined ? group.profile : `:${group.namespace}://${group.profile}`;
    if (heading !== profile) {
      page.line();
      page.line(page.paint('strong', heading === '' ? '(no profile named)' : heading));
      profile = heading;
    }
    page.line(groupLine(page, group));
  }
  page.line();
  if (report.leftOut > 0) page.line(`${plural(report.leftOut, 'group')} not listed: --all lists them`);
  page.line(summaryLine(report));
  showLosses(page, report);
  showLines(page, {
    title: 'could not be read for sure',
    lines: report.unreadable,
    all: report.counts.unreadableLines,
  });
  showLines(page, {
    title: 'look like records, but are no events',
    lines: report.impostors,
    all: report.counts.impostorLines,
  });
  return page.toString();
}

function readLine({
  name,
  bytes,
  records,
  incomplete,
}: Extract<AccessLogReport['sources'][number], { kind: 'read' }>): string {
  return `${name}: ${plural(bytes, 'byte')}, ${plural(records, 'record')}${incomplete === undefined ? '' : `; not all of it: ${incomplete}`}`;
}

function groupLine(page: TerminalPage, group: AccessGroup): string {
  return [
    `${String(group.count).padStart(COUNT_COLUMNS)} `,
    page.cell(STYLES[group.verdict], group.verdict, VERDICT_COLUMNS),
    page.cell(undefined, group.operation, OPERATION_COLUMNS),
    page.cell(undefined, group.requested, REQUESTED_COLUMNS),
    page.paint(undefined, group.object),
    ...(group.info === undefined ? [] : [page.paint('quiet', ` (${group.info})`)]),
  ].join(' ');
}

function summaryLine({ counts }: AccessLogReport): string {
  const parts = [
    plural(counts.events, 'event'),
    plural(counts.statuses, 'loaded or removed profile'),
    ...(counts.duplicates > 0 ? [`${counts.duplicates} in two logs, counted once`] : []),
    ...(counts.outside > 0 ? [`${counts.outside} of them outside the time and not shown`] : []),
    ...(counts.ungrouped > 0 ? [`${counts.ungrouped} of further kinds`] : []),
    ...(counts.forgeable > 0 ? [`${counts.forgeable} from logs that any local user can write into`] : []),
  ];
  return `${parts.join(', ')}, in ${plural(counts.lines, 'line')}`;
}

function showLosses(page: TerminalPage, { lost, counts }: AccessLogReport): void {
  if (lost.sinceStart !== null) {
    const style = lost.sinceStart > 0 ? 'red' : undefined;
    page.line(page.paint(style, `lost since the machine started, by the kernel's counter: ${lost.sinceStart}`));
  } else if (lost.unknown !== undefined) {
    page.line(page.paint('quiet', `how many were lost since the machine started is not known: ${lost.unknown}`));
  }
  if (counts.lostLines === 0) return;
  page.line(page.paint('red', `records are missing, ${lost.atLeast} at least:`));
  for (const { source, line, text } of lost.lines.slice(0, LINES_SHOWN))
    page.verbatim('  ', `${source}:${line}: ${text}`);
}

interface Doubtful {
  readonly title: string;
  readonly lines: readonly AccessLogLine[];
  readonly all: number;
}

function showLines(page: TerminalPage, { title, lines, all }: Doubtful): void {
  if (all === 0) return;
  page.line(page.paint('yellow', `${plural(all, 'line')} that ${title}:`));
  for (const { source, line, text } of lines.slice(0, LINES_SHOWN)) page.verbatim('  ', `${source}:${line}: ${text}`);
  if (all > LINES_SHOWN) page.line(page.paint('quiet', `  … and ${all - LINES_SHOWN} more`));
}
