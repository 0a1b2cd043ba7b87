import { TerminalPage, type TerminalOptions } from './text/terminal-page.ts';

/** What is shown of a run that was recorded. */
export interface ShownRun {
  readonly sequence: number;
  readonly subject: string;
  readonly predicateType: string;
  readonly predicate: {
    readonly command: string;
    readonly outcome: string;
    readonly recordedAt: string;
    readonly report: { readonly digest: { readonly sha256: string }; readonly sizeBytes: number };
  } & Readonly<Record<string, unknown>>;
}

const SEQUENCE_COLUMNS = 8;
const MARGIN_COLUMNS = 2;
const INDENT_SPACES = 2;

export interface RunListOptions {
  /** How many there are in all. */
  readonly size: number;
  readonly terminal: TerminalOptions;
}

/** The runs of a ledger for a person at a terminal, newest first. */
export function renderRecordedRuns(runs: readonly ShownRun[], { size, terminal }: RunListOptions): string {
  const page = new TerminalPage(terminal);
  if (runs.length === 0) page.prose('Nothing has been recorded yet.', { columns: 0 });
  for (const { sequence, subject, predicate } of runs.toReversed()) {
    const { command, outcome, recordedAt } = predicate;
    const lead = page.cell('strong', String(sequence), SEQUENCE_COLUMNS);
    page.prose(`${recordedAt}  ${command}  ${subject}  ${outcome}`, { columns: SEQUENCE_COLUMNS, lead });
  }
  const left = size - runs.length;
  if (left > 0) {
    page.line();
    page.prose(`… and ${String(left)} before them: --last ${String(size)} shows all.`, { columns: 0, style: 'quiet' });
  }
  return page.toString();
}

/** One run for a person at a terminal. */
export function renderRecordedRun(run: ShownRun, terminal: TerminalOptions): string {
  const page = new TerminalPage(terminal);
  const { predicate } = run;
  page.prose(`Entry ${String(run.sequence)}: ${predicate.command} of ${run.subject}, ${predicate.outcome}`, {
    columns: 0,
    style: 'strong',
  });
  page.prose(`recorded ${predicate.recordedAt}, as ${run.predicateType}`, { columns: MARGIN_COLUMNS });
  page.prose(`report of ${String(predicate.report.sizeBytes)} bytes, SHA-256 ${predicate.report.digest.sha256}`, {
    columns: MARGIN_COLUMNS,
  });
  page.line();
  for (const line of JSON.stringify(predicate, null, INDENT_SPACES).split('\n')) page.line(page.paint('quiet', line));
  return page.toString();
}
