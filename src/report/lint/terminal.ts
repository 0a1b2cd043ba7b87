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
const PROFILES_SHOWN = 4;

/** What lint found, for a person: the place, the rule, why, and what to write instead. */
export function renderLint({ findings, profiles }: LintReport, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  for (const alike of grouped(findings)) addFinding(page, alike);
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

/** What is weak in an abstraction is weak in each profile that includes it, and said once. */
function grouped(findings: readonly PolicyFinding[]): readonly Alike[] {
  const groups = new Map<string, { readonly first: PolicyFinding; readonly profiles: string[] }>();
  for (const finding of findings) {
    const { where, id, what, waived } = finding;
    const key = JSON.stringify([where.path, where.line, id, what, waived]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: finding, profiles: [finding.profile] });
    else group.profiles.push(finding.profile);
  }
  return [...groups.values()];
}

interface Alike {
  readonly first: PolicyFinding;
  readonly profiles: readonly string[];
}

function addFinding(page: TerminalPage, { first, profiles }: Alike): void {
  const { where, severity, id, waived, subject, what, why, safer, includedFrom } = first;
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
  if (profiles.length > 1) {
    const more = profiles.length - PROFILES_SHOWN;
    const others = more > 0 ? `, and ${String(more)} more` : '';
    const named = profiles.slice(0, PROFILES_SHOWN).join(', ');
    page.prose(`In ${plural(profiles.length, 'profile')}: ${named}${others}.`, { ...indent, style: 'quiet' });
  }
  page.line();
}
