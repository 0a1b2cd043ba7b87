import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { plural } from '../core/describe.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import {
  type EvidenceFiles,
  evidenceFiles,
  type EvidenceVerification,
  exportRun,
  type NoteKey,
  readReport,
  readRun,
  readSignerFile,
  readVerifierKey,
  type RecordedRun,
  reportOf,
  verifyEvidence,
  withLedger,
} from '../evidence/index.ts';
import { renderRecordedRun, renderRecordedRuns } from '../report/evidence.ts';
import { evidenceFolder } from './evidence-folder.ts';
import { readKeyFile } from './keys.ts';
import { terminalOptions } from './terminal.ts';

const KEY_LIMIT_BYTES = 64 * 1024;
const ID = /^(?:0|[1-9]\d{0,14})$/;

/** What all of them can be told. */
export interface EvidenceCommandOptions {
  /** Another folder than this user's: one that was put aside, or a copy. */
  readonly folder?: string;
  /** A file with the public key that counts, instead of the one that lies there. */
  readonly key?: string;
}

export interface EvidenceListOptions extends EvidenceCommandOptions {
  readonly format: 'terminal' | 'json';
  readonly last: number;
}

/** `freehold evidence list` */
export function evidenceListCommand(options: EvidenceListOptions): ExitCode {
  const { files, noteKey } = open(options);
  const { runs, size } = withLedger(files, noteKey, (ledger) => {
    const first = Math.max(0, ledger.size - options.last);
    const sequences = Array.from({ length: ledger.size - first }, (_, index) => first + index);
    return { size: ledger.size, runs: sequences.map((sequence) => readRun(ledger, sequence)) };
  });
  const text =
    options.format === 'json'
      ? `${JSON.stringify(runs, null, 2)}\n`
      : renderRecordedRuns(runs, { size, terminal: terminalOptions(process.stdout) });
  process.stdout.write(text);
  return EXIT.clean;
}

export interface EvidenceShowOptions extends EvidenceCommandOptions {
  readonly format: 'terminal' | 'json';
  /** The report that was signed for, and nothing else. */
  readonly report?: boolean;
}

/** `freehold evidence show` */
export function evidenceShowCommand(id: string, options: EvidenceShowOptions): ExitCode {
  const { files, noteKey } = open(options);
  const run = withLedger(files, noteKey, (ledger) => readRun(ledger, sequenceOf(id, ledger.size)));
  process.stdout.write(options.report === true ? reportBytes(run, files) : shown(run, options));
  return EXIT.clean;
}

function shown(run: RecordedRun, { format }: EvidenceShowOptions): string {
  return format === 'json'
    ? `${JSON.stringify(run, null, 2)}\n`
    : renderRecordedRun(run, terminalOptions(process.stdout));
}

function reportBytes({ sequence, predicate }: RecordedRun, files: EvidenceFiles): Uint8Array {
  const stored = readReport(files.reports, reportOf(predicate));
  if (stored.kind === 'report') return stored.bytes;
  const reason = stored.kind === 'absent' ? 'it is gone' : stored.reason;
  const message = `The report of entry ${String(sequence)} can't be shown: ${reason}.`;
  throw new FreeholdError('unreachable', [{ code: 'evidence/report', level: 'error', message }]);
}

export interface EvidenceVerifyOptions extends EvidenceCommandOptions {
  /** A file with a checkpoint that was kept elsewhere. */
  readonly checkpoint?: string;
}

/** `freehold evidence verify` */
export function evidenceVerifyCommand(options: EvidenceVerifyOptions): ExitCode {
  const { files, noteKey } = open(options);
  const kept = options.checkpoint === undefined ? undefined : readText(options.checkpoint);
  const verification = verifyEvidence(files, { noteKey, ...(kept !== undefined && { kept }) });
  process.stdout.write(describe(verification, noteKey, options));
  return verification.problems.length === 0 ? EXIT.clean : EXIT.findings;
}

function describe(
  { entries, reports, checkpoint, problems, unacknowledgedBytes }: EvidenceVerification,
  { key }: NoteKey,
  options: EvidenceVerifyOptions,
): string {
  const lines = problems.map(({ code, message }) => `WRONG (${code}): ${message}`);
  const looked = `${plural(entries, 'entry', 'entries')} and ${plural(reports, 'report')} looked at`;
  lines.push(problems.length === 0 ? `Right: ${looked}.` : `NOT AS IT WAS SIGNED: ${looked}.`);
  if (checkpoint !== undefined) {
    const root = Buffer.from(checkpoint.root).toString('base64');
    lines.push(`Checkpoint: ${checkpoint.origin}, ${plural(checkpoint.size, 'entry', 'entries')}, root ${root}`);
  }
  if (unacknowledgedBytes > 0) {
    const rest = plural(unacknowledgedBytes, 'byte');
    lines.push(
      `Behind it: ${rest} of a run that was cut off. The next run keeps what is whole, and cuts off the rest.`,
    );
  }
  lines.push(
    options.key === undefined
      ? `Key: ${key.id}, which lies beside the ledger: whoever can exchange both is not found out. Say --key FILE.`
      : `Key: ${key.id}, from ${options.key}`,
  );
  if (options.checkpoint === undefined)
    lines.push(
      'That its end was not cut off is only seen with a checkpoint that was kept elsewhere: --checkpoint FILE.',
    );
  return `${lines.join('\n')}\n`;
}

export interface EvidenceExportOptions extends EvidenceCommandOptions {
  readonly to?: string;
}

/** `freehold evidence export` */
export function evidenceExportCommand(id: string, options: EvidenceExportOptions): ExitCode {
  const { files, noteKey } = open(options);
  const { to, names } = withLedger(files, noteKey, (ledger) => {
    const sequence = sequenceOf(id, ledger.size);
    const folder = resolve(options.to ?? `evidence-${String(sequence)}`);
    return { to: folder, names: exportRun(ledger, { files, noteKey, sequence, to: folder }) };
  });
  process.stdout.write(`Wrote ${names.join(', ')} to ${to}.\ndocs/evidence.md says how anybody verifies them.\n`);
  return EXIT.clean;
}

function open({ folder, key }: EvidenceCommandOptions): {
  readonly files: EvidenceFiles;
  readonly noteKey: NoteKey;
} {
  const files = evidenceFiles(folder === undefined ? evidenceFolder() : resolve(folder));
  if (key === undefined) return { files, noteKey: readSignerFile(files.signer).noteKey };
  const pinned = readVerifierKey(readText(key));
  if (pinned !== undefined) return { files, noteKey: pinned };
  return { files, noteKey: { name: readSignerFile(files.signer).noteKey.name, key: readKeyFile(key) } };
}

function sequenceOf(id: string, size: number): number {
  const sequence = id === 'last' ? size - 1 : ID.test(id) ? Number(id) : -1;
  if (sequence >= 0 && sequence < size) return sequence;
  const message = size === 0 ? 'Nothing has been recorded yet.' : `There is no entry ${id}.`;
  const hint = size === 0 ? 'Run an audit.' : `Name a number from 0 to ${String(size - 1)}, or last.`;
  throw new FreeholdError('usage', [{ code: 'evidence/no-entry', level: 'error', message, hint }]);
}

function readText(path: string): string {
  try {
    if (statSync(path).size > KEY_LIMIT_BYTES) throw new RangeError('it is too long');
    return readFileSync(path, 'utf8');
  } catch (error) {
    const message = `${path} can't be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new FreeholdError('usage', [{ code: 'evidence/file', level: 'error', message }], { cause: error });
  }
}
