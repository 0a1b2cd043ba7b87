import { REBOOT_REMEDY, describeLocation } from '../core/describe.ts';
import type { AuditedFinding, AuditedOutcome } from '../core/audit.ts';
import type { Remedy } from '../core/finding.ts';
import type { Severity } from '../core/severity.ts';
import { describeReference, describeRemedy } from './describe.ts';
import { labelledValues } from './describe-json.ts';
import type { Style, TerminalPage } from './text/terminal-page.ts';

const MARGIN_COLUMNS = 2;
const LABEL_COLUMNS = 11;
const BODY_COLUMNS = MARGIN_COLUMNS + LABEL_COLUMNS;

const SEVERITY_STYLES: Readonly<Record<Severity, Style>> = {
  critical: 'brightRed',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'cyan',
};

const OUTCOME_STYLES: Readonly<Record<Exclude<AuditedOutcome, 'fail'>, Style>> = {
  unknown: 'magenta',
  waived: 'quiet',
  'not-applicable': 'quiet',
  pass: 'green',
};

/** Whether a finding asks for somebody's attention: it fails, or nobody knows. */
export function needsPerson(finding: AuditedFinding): boolean {
  return finding.outcome === 'fail' || finding.outcome === 'unknown';
}

/** Adds one finding: a failing one with its place and remedy; with everything known about it when verbose. */
export function writeFinding(page: TerminalPage, finding: AuditedFinding, isVerbose: boolean): void {
  const body = { columns: BODY_COLUMNS };
  page.prose(finding.title, { ...body, lead: labelOf(page, finding), style: 'strong' });
  page.prose(finding.summary, body);
  if (finding.reason !== undefined && finding.reason !== finding.summary) part(page, 'because', finding.reason);
  if (finding.where !== undefined) part(page, 'decided by', describeLocation(finding.where));
  if (finding.waiver !== undefined) {
    const { owner, expires, reason } = finding.waiver;
    part(page, 'waived', `by ${owner} until ${expires}: ${reason}`);
  }
  if (finding.outcome === 'fail' && finding.remedy !== undefined) writeRemedy(page, finding.remedy);
  if (isVerbose) writeDetails(page, finding);
  page.prose(finding.id, { ...body, style: 'quiet' });
}

function writeRemedy(page: TerminalPage, remedy: Remedy): void {
  if (remedy.kind === 'manual') part(page, 'by hand', remedy.instruction);
  else if (remedy.kind === 'reboot') part(page, 'remedy', REBOOT_REMEDY);
  else part(page, 'remedy', describeRemedy(remedy));
}

function writeDetails(page: TerminalPage, finding: AuditedFinding): void {
  for (const { label, value } of labelledValues(finding.expected, 'expected')) {
    part(page, label === 'expected' ? label : `expected ${label}`, value);
  }
  for (const { label, value } of labelledValues(finding.observed, 'observed')) part(page, label, value);
  part(page, 'why', finding.why);
  if (finding.mayBreak !== undefined) part(page, 'may break', finding.mayBreak);
  for (const reference of finding.references) part(page, 'see', describeReference(reference));
}

function part(page: TerminalPage, label: string, text: string): void {
  const margin = ' '.repeat(BODY_COLUMNS);
  page.prose(`${label}: ${text}`, { columns: BODY_COLUMNS + MARGIN_COLUMNS, lead: margin });
}

function labelOf(page: TerminalPage, finding: AuditedFinding): string {
  const margin = ' '.repeat(MARGIN_COLUMNS);
  const [style, text] = styledLabel(page, finding);
  return margin + page.cell(style, text, LABEL_COLUMNS);
}

function styledLabel(page: TerminalPage, finding: AuditedFinding): readonly [Style, string] {
  switch (finding.outcome) {
    case 'fail':
      return [SEVERITY_STYLES[finding.severity], `${page.sign('✗', 'x')} ${finding.severity}`];
    case 'unknown':
      return [OUTCOME_STYLES.unknown, '? unknown'];
    case 'waived':
      return [OUTCOME_STYLES.waived, '~ waived'];
    case 'not-applicable':
      return [OUTCOME_STYLES['not-applicable'], `${page.sign('–', '-')} n/a`];
    case 'pass':
      return [OUTCOME_STYLES.pass, `${page.sign('✓', '+')} pass`];
  }
}
