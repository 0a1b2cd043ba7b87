import { plural } from '../core/describe.ts';
import type { AuditReport, Tally } from '../core/audit.ts';
import { countChecks, groupByDomain, outcomeCounts, severityCounts, worstFirst, type DomainGroup } from './grouping.ts';
import { hostArgument, hostNotes, systemParts } from './machine.ts';
import { needsPerson, writeFinding } from './terminal-finding.ts';
import { shellWord } from './text/shell-word.ts';
import { TerminalPage, type TerminalOptions } from './text/terminal-page.ts';

/** `quiet`: the result alone; `default`: what needs a person; `verbose`: everything that is known. */
export type Verbosity = 'quiet' | 'default' | 'verbose';

export interface TerminalReportOptions extends TerminalOptions {
  readonly verbosity: Verbosity;
}

const LABEL_COLUMNS = 9;
const COMMAND_GAP_COLUMNS = 2;
const MILLISECONDS_PER_SECOND = 1000;

/** The report for a person at a terminal: grouped by domain, worst first, the result and the next command last. */
export function renderTerminal(report: AuditReport, options: TerminalReportOptions): string {
  const page = new TerminalPage(options);
  if (options.verbosity === 'quiet') {
    writeQuiet(page, report);
    return page.toString();
  }
  writeHeader(page, report);
  for (const group of groupByDomain(report)) writeDomain(page, group, options.verbosity === 'verbose');
  writeResult(page, report);
  writeNext(page, report, options.verbosity === 'verbose');
  return page.toString();
}

/** One line for each thing to say, never wrapped: scripts and logs read this. */
function writeQuiet(page: TerminalPage, report: AuditReport): void {
  page.line(page.cell(undefined, `${report.host.hostname}: ${describeTally(report.summary)}`, 0));
  for (const { title, error } of report.domains) {
    if (error !== undefined) page.line(page.cell('magenta', `${title} could not be audited: ${error}`, 0));
  }
}

function writeHeader(page: TerminalPage, report: AuditReport): void {
  const { host, blueprint } = report;
  const address = host.address === 'local' || host.address === host.hostname ? '' : ` (${host.address})`;
  const parents = blueprint.extends.length === 0 ? '' : `, extends ${blueprint.extends.join(', ')}`;
  page.prose(`Audit of ${host.hostname}${address}`, { columns: 0, style: 'strong' });
  page.prose(systemParts(host).join(' · '), { columns: 0 });
  page.prose(`Blueprint ${blueprint.name} (${blueprint.path}${parents})`, { columns: 0 });
  page.prose(`${report.startedAt}, took ${formatDuration(report.durationMs)}`, { columns: 0, style: 'quiet' });
  for (const note of hostNotes(host)) page.prose(note, { columns: 0, style: 'magenta' });
}

function writeDomain(page: TerminalPage, group: DomainGroup, isVerbose: boolean): void {
  const { domain } = group;
  page.line();
  page.rule();
  page.prose(domain.title, { columns: 0, style: 'strong' });
  page.prose(outcomeCounts(domain.tally).join(' · ') || 'nothing to check', { columns: 0, style: 'quiet' });
  if (domain.error !== undefined) {
    page.line();
    page.prose(`This domain could not be audited: ${domain.error}`, { columns: 2, style: 'magenta' });
  }
  for (const finding of group.findings) {
    if (!isVerbose && !needsPerson(finding)) continue;
    page.line();
    writeFinding(page, finding, isVerbose);
  }
}

function writeResult(page: TerminalPage, report: AuditReport): void {
  const failing = severityCounts(report.summary);
  page.line();
  page.rule();
  labelled(page, 'Result', `${plural(countChecks(report.summary), 'check')}: ${outcomeList(report.summary)}`);
  if (failing.length > 0) labelled(page, 'Failing', failing.join(' · '));
}

function writeNext(page: TerminalPage, report: AuditReport, isVerbose: boolean): void {
  const commands = nextCommands(report, isVerbose);
  if (commands.length === 0) return;
  const columns = Math.max(...commands.map(([command]) => command.length));
  const fits = LABEL_COLUMNS + columns + COMMAND_GAP_COLUMNS + longest(commands.map(([, why]) => why)) <= page.columns;
  for (const [index, [command, why]] of commands.entries()) {
    const label = page.cell('strong', index === 0 ? 'Next' : '', LABEL_COLUMNS);
    if (fits) {
      page.line(`${label}${page.cell('cyan', command, columns + COMMAND_GAP_COLUMNS)}${page.paint('quiet', why)}`);
    } else {
      page.line(label + page.paint('cyan', command));
      page.prose(why, { columns: LABEL_COLUMNS + COMMAND_GAP_COLUMNS, style: 'quiet' });
    }
  }
}

/** Commands worth typing now, each with what it does. */
function nextCommands(report: AuditReport, isVerbose: boolean): readonly (readonly [string, string])[] {
  const [worst] = worstFirst(report.findings).filter(needsPerson);
  const { unknown } = report.summary.outcomes;
  const hidden = report.findings.filter((finding) => !needsPerson(finding)).length;
  const target = hostArgument(report.host.address);
  const canMend = report.findings.some((finding) => finding.outcome === 'fail' && finding.remedy?.kind === 'changes');
  return [
    ...(canMend ? [[`freehold plan${target}`, 'shows what would change, and changes nothing'] as const] : []),
    ...(worst === undefined
      ? []
      : [[`freehold explain ${shellWord(worst.id)}`, 'what it is, and how to check by hand'] as const]),
    ...(unknown > 0 && !report.host.isRoot && report.host.isRunning && report.host.recordedAt === undefined
      ? [[moreAs(report.host.address), `sees more: ${plural(unknown, 'check is', 'checks are')} unknown`] as const]
      : []),
    ...(hidden > 0 && !isVerbose
      ? [[`freehold audit${target} --verbose`, `lists the other ${plural(hidden, 'check')} too`] as const]
      : []),
  ];
}

/** Somewhere else sudo is needed there, not here; what is recorded shows no more to anybody. */
function moreAs(address: string): string {
  return address === 'local' ? 'sudo freehold audit' : `freehold audit${hostArgument(address)} --become sudo`;
}

function labelled(page: TerminalPage, label: string, text: string): void {
  page.prose(text, { columns: LABEL_COLUMNS, lead: page.cell('strong', label, LABEL_COLUMNS) });
}

function describeTally(tally: Tally): string {
  const failing = severityCounts(tally);
  const severities = failing.length > 0 ? ` (failing: ${failing.join(', ')})` : '';
  return `${plural(countChecks(tally), 'check')}: ${outcomeList(tally)}${severities}`;
}

function outcomeList(tally: Tally): string {
  return outcomeCounts(tally).join(' · ') || 'nothing was asked for';
}

function formatDuration(durationMs: number): string {
  return durationMs < MILLISECONDS_PER_SECOND
    ? `${Math.round(durationMs)} ms`
    : `${(durationMs / MILLISECONDS_PER_SECOND).toFixed(1)} s`;
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
