import type { ConfinedProgram, ConfinementStatus } from '../../core/confinement-status.ts';
import { describeLocation, plural } from '../../core/describe.ts';
import { type Style, TerminalPage, type TerminalOptions } from '../text/terminal-page.ts';

const MODE_COLUMNS = 11;
const COUNT_COLUMNS = 13;
const DAY_COLUMNS = 12;
const DAY_CHARACTERS = 10;
const DETAIL_COLUMNS = MODE_COLUMNS + MODE_COLUMNS + COUNT_COLUMNS + DAY_COLUMNS;

/** What is confined, for a person at a terminal. */
export function renderConfinement(status: ConfinementStatus, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  page.prose(headline(status), { columns: 0, style: 'strong' });
  page.line();
  if (status.programs.length > 0) {
    const heading = ['now', 'next boot'].map((text) => page.cell('quiet', text, MODE_COLUMNS)).join('');
    page.line(
      heading +
        page.cell('quiet', 'processes', COUNT_COLUMNS) +
        page.cell('quiet', 'since', DAY_COLUMNS) +
        page.paint('quiet', 'program (profile)'),
    );
  }
  for (const program of status.programs) writeProgram(page, program);
  const open = status.unconfined.filter(({ isAllowed }) => !isAllowed);
  const allowed = status.unconfined.length - open.length;
  if (status.unconfined.length > 0) {
    page.line();
    page.prose(
      `Without a profile: ${plural(open.length, 'program')}${allowed === 0 ? '' : ` (and ${String(allowed)} that the blueprint allows)`}`,
      { columns: 0, style: 'strong' },
    );
    for (const { program, why } of open) page.prose(`${program}: ${why.join('; ')}`, { columns: 2 });
  }
  if (status.unknown.length > 0) {
    page.line();
    page.prose('Not seen', { columns: 0, style: 'strong' });
    for (const reason of status.unknown) page.prose(reason, { columns: 2, style: 'magenta' });
  }
  return page.toString();
}

function headline({ host, isActive, programs }: ConfinementStatus): string {
  const active =
    isActive === null ? 'whether AppArmor is active is not known' : `AppArmor is ${isActive ? '' : 'not '}active`;
  return `${host.hostname}: ${active}; ${plural(programs.length, 'profile')}`;
}

function writeProgram(page: TerminalPage, one: ConfinedProgram): void {
  const name = one.program ?? one.profile ?? '';
  const profile = one.profile === null ? ' (no profile)' : one.profile === name ? '' : ` (${one.profile})`;
  page.line(
    mode(page, one.now, one.wished) +
      mode(page, one.atNextBoot, one.wished) +
      page.cell(
        one.processes !== null && one.processes.unconfined > 0 ? 'brightRed' : undefined,
        processes(one),
        COUNT_COLUMNS,
      ) +
      page.cell('quiet', one.since === null ? '' : one.since.slice(0, DAY_CHARACTERS), DAY_COLUMNS) +
      page.paint(undefined, name) +
      page.paint('quiet', profile),
  );
  const { wished } = one;
  const isRight = wished === null || (one.now === wished && one.atNextBoot === wished);
  const details = [
    ...(one.listens.length > 0 ? [`listens on ${one.listens.join(', ')}`] : []),
    ...(isRight ? [] : [`wanted ${wished}${one.where === null ? '' : ` (${describeLocation(one.where)})`}`]),
    ...one.waitsFor,
  ];
  for (const detail of details) page.prose(detail, { columns: DETAIL_COLUMNS, style: 'quiet' });
}

function mode(page: TerminalPage, word: string | null, wished: string | null): string {
  const isWrong = wished !== null && word !== null && word !== wished;
  const styles: Readonly<Record<string, Style>> = { enforce: 'green', kill: 'green', complain: 'yellow', none: 'red' };
  return page.cell(isWrong ? 'brightRed' : styles[word ?? ''], word ?? 'unknown', MODE_COLUMNS);
}

function processes({ processes: counts }: ConfinedProgram): string {
  if (counts === null) return 'unknown';
  if (counts.unconfined === 0) return String(counts.confined);
  return `${String(counts.confined)} + ${String(counts.unconfined)} free`;
}
