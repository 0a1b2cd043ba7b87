import { plural } from '../core/describe.ts';
import type { RunState, RunSummary } from '../core/run.ts';
import { TerminalPage, type Style, type TerminalOptions } from './text/terminal-page.ts';

const STATE_STYLES: Readonly<Record<RunState, Style>> = {
  applied: 'green',
  unconfirmed: 'brightRed',
  undone: 'quiet',
  unfinished: 'brightRed',
  'not-started': 'quiet',
};
const STATE_COLUMNS = 12;
const MARGIN_COLUMNS = 2;

/** The runs of a machine for a person at a terminal, newest first. */
export function renderRuns(runs: readonly RunSummary[], options: TerminalOptions): string {
  const page = new TerminalPage(options);
  if (runs.length === 0) page.prose('Nothing has been applied on this machine.', { columns: 0 });
  for (const run of runs.toReversed()) writeRun(page, run);
  const unfinished = runs.find((run) => run.state === 'unfinished');
  if (unfinished !== undefined) {
    page.line();
    page.prose(`The run ${unfinished.id} was cut off: freehold rollback takes it back, freehold resume finishes it.`, {
      columns: 0,
      style: 'brightRed',
    });
  }
  const unconfirmed = runs.find((run) => run.state === 'unconfirmed');
  if (unconfirmed !== undefined) {
    page.line();
    page.prose(
      `The run ${unconfirmed.id} waits to be confirmed: freehold confirm lets it stand, otherwise the machine takes it back.`,
      { columns: 0, style: 'brightRed' },
    );
  }
  return page.toString();
}

function writeRun(page: TerminalPage, { id, startedAt, state, blueprint, steps, done, undoScript }: RunSummary): void {
  page.line(page.cell(STATE_STYLES[state], state, STATE_COLUMNS) + page.paint('strong', id));
  const count = state === 'unfinished' ? `${String(done)} of ${plural(steps, 'step')} done` : plural(steps, 'step');
  page.prose(`${startedAt}, blueprint ${blueprint}, ${count}`, { columns: MARGIN_COLUMNS });
  if (state !== 'undone' && state !== 'not-started') {
    page.prose(`by hand: sh ${undoScript}`, { columns: MARGIN_COLUMNS, style: 'quiet' });
  }
}
