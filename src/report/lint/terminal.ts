import { plural } from '../../core/describe.ts';
import type { LintReport, PolicyFinding } from '../../core/lint-report.ts';
import { SEVERITIES, type Severity } from '../../core/severity.ts';
import { type Style, TerminalPage, type TerminalOptions } from '../text/terminal-page.ts';

const STYLES: Readonly<Record<Severity, Style>> = {
  critical: 'brightRed',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'quiet',
};
const INDENT_COLUMNS = 2;

/** What lint found, for a person: the place, the rule, why, and what to write instead. */
export function renderLint({ findings, profiles }: LintReport, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  for (const finding of findings) addFinding(page, finding);
  const open = findings.filter(({ waived }) => waived === undefined);
  const counts = SEVERITIES.toReversed().flatMap((severity) => {
    const count = open.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [page.paint(STYLES[severity], `${count} ${severity}`)];
  });
  const accepted = findings.length - open.length;
  if (accepted > 0) counts.push(page.paint('quiet', `${accepted} waived`));
  page.line(
    `${plural(profiles, 'profile')}: ${counts.length === 0 ? page.paint('green', 'nothing found') : counts.join(', ')}`,
  );
  return page.toString();
}

function addFinding(page: TerminalPage, finding: PolicyFinding): void {
  const { where, severity, id, waived, subject, what, why, safer, includedFrom } = finding;
  const word = waived === undefined ? page.paint(STYLES[severity], severity) : page.paint('quiet', 'waived');
  page.line(`${page.paint('strong', `${where.path}:${where.line}`)} ${word} ${page.paint('quiet', id)}`);
  page.verbatim(' '.repeat(INDENT_COLUMNS), subject);
  const indent = { columns: INDENT_COLUMNS };
  page.prose(what, indent);
  if (waived === undefined) {
    page.prose(why, { ...indent, style: 'quiet' });
    page.prose(`Safer: ${safer}`, indent);
  } else page.prose(`Accepted: ${waived}`, { ...indent, style: 'quiet' });
  const [from] = includedFrom;
  if (from !== undefined) page.prose(`Included by ${from.path}:${from.line ?? 1}.`, { ...indent, style: 'quiet' });
  page.line();
}
