import { plural } from '../core/describe.ts';
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

/** What a look at a whole ledger found. */
export interface ShownVerification {
  readonly entries: number;
  readonly reports: number;
  readonly checkpoint?: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly unacknowledgedBytes: number;
}

export interface VerificationOptions {
  readonly keyId: string;
  /** Where the key came from, if not from beside the ledger. */
  readonly keyFile?: string;
  /** Whether a checkpoint was there that had been kept elsewhere. */
  readonly hasKept: boolean;
  readonly terminal: TerminalOptions;
}

/** For a person at a terminal: what is wrong, what was looked at, and what could not be known. */
export function renderEvidenceVerification(
  { entries, reports, checkpoint, problems, unacknowledgedBytes }: ShownVerification,
  { keyId, keyFile, hasKept, terminal }: VerificationOptions,
): string {
  const page = new TerminalPage(terminal);
  for (const { code, message } of problems)
    page.prose(`WRONG (${code}): ${message}`, { columns: MARGIN_COLUMNS, lead: '', style: 'brightRed' });
  const looked = `${plural(entries, 'entry', 'entries')} and ${plural(reports, 'report')} looked at`;
  const isRight = problems.length === 0;
  page.prose(isRight ? `Right: ${looked}.` : `NOT AS IT WAS SIGNED: ${looked}.`, {
    columns: 0,
    style: isRight ? 'green' : 'brightRed',
  });
  const say = (text: string): void => {
    page.prose(text, { columns: MARGIN_COLUMNS, lead: '' });
  };
  if (checkpoint !== undefined) {
    const root = Buffer.from(checkpoint.root).toString('base64');
    say(`Checkpoint: ${checkpoint.origin}, ${plural(checkpoint.size, 'entry', 'entries')}, root ${root}`);
  }
  if (unacknowledgedBytes > 0) {
    const rest = plural(unacknowledgedBytes, 'byte');
    say(`Behind it: ${rest} of a run that was cut off. The next run keeps what is whole, and cuts off the rest.`);
  }
  say(
    keyFile === undefined
      ? `Key: ${keyId}, which lies beside the ledger: whoever can exchange both is not found out. Say --key FILE.`
      : `Key: ${keyId}, from ${keyFile}`,
  );
  if (!hasKept)
    say('That its end was not cut off is only seen with a checkpoint that was kept elsewhere: --checkpoint FILE.');
  return page.toString();
}
