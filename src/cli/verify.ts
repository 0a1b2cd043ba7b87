import process from 'node:process';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import type { FileReport, ListReport, VerifySummary } from '../core/verify-report.ts';
import type { TerminalOptions } from '../report/index.ts';
import { VerifyJson } from '../report/verify/json.ts';
import { renderVerified, renderVerifiedList, renderVerifySummary } from '../report/verify/terminal.ts';
import { DigestReader } from '../verification/digests.ts';
import { loadTrust } from '../verification/load-trust.ts';
import { StreamSource } from '../verification/source.ts';
import { Summary, worstOf } from '../verification/summary.ts';
import type { VerifyOptions } from '../verification/options.ts';
import { STREAM_NAME, type Subject, verifyFiles } from '../verification/verify.ts';
import { verifyList } from '../verification/verify-list.ts';
import { verifyToFile, verifyToStream } from '../verification/verify-output.ts';
import { printDiagnostics } from './diagnostics.ts';
import { LineOutput } from './line-output.ts';
import { type EvidenceOptions, openRecording } from './recording.ts';
import { SeenFiles, verifyEvidence } from './verify-evidence.ts';
import { terminalOptions } from './terminal.ts';
import { standardInput } from './standard-input.ts';
import type { KnownFilesRecord } from './verify-record.ts';
import { requireTrust, type TrustOptions } from './verify-trust.ts';
import { freeholdVersion } from './version.ts';

export interface VerifyCommandOptions extends TrustOptions, EvidenceOptions {
  readonly signature?: string;
  readonly checksums?: string;
  readonly list?: string;
  readonly output?: string;
  /** Where a signed list of the files goes. */
  readonly record?: string;
  readonly format: 'terminal' | 'json';
  readonly allowOutside?: true;
  readonly quiet?: true;
}

const EXIT_OF = {
  tampered: EXIT.findings,
  unread: EXIT.unreachable,
  untrusted: EXIT.untrusted,
  unverifiable: EXIT.unverifiable,
  verified: EXIT.clean,
} as const;

interface Verified {
  readonly files: AsyncIterable<FileReport> | readonly FileReport[];
  readonly lists: readonly ListReport[];
}

/** `freehold verify` */
export async function verifyCommand(paths: readonly string[], options: VerifyCommandOptions): Promise<ExitCode> {
  checkUsage(paths, options);
  const recording = await openRecording(options);
  const reader = new DigestReader();
  try {
    const { policy, folder } = await requireTrust(options);
    const trust = await loadTrust(policy, folder, reader);
    printDiagnostics(trust.problems.map((message) => ({ code: 'trust/key-file', level: 'warning', message })));
    const at = new Date();
    const record = await openRecord(options);
    const seen = new SeenFiles();
    const verified = await verify(paths, options, { ...given(options), reader, trust, at });
    const summary = await show(noting(verified, [seen, ...(record === undefined ? [] : [record])]), at, options);
    await recording.record(verifyEvidence({ ...seen.report(), lists: verified.lists, summary, policy, at }));
    if (record === undefined || summary.tampered > 0 || summary.unread > 0) {
      return recording.exitCode(EXIT_OF[worstOf(summary)]);
    }
    await record.write(at);
    return recording.exitCode(EXIT.clean);
  } finally {
    await reader.close();
  }
}

async function openRecord({ record }: VerifyCommandOptions): Promise<KnownFilesRecord | undefined> {
  if (record === undefined) return undefined;
  return new (await import('./verify-record.ts')).KnownFilesRecord(record);
}

interface FileNotes {
  add(file: FileReport): void;
}

/** The same, with each file noted as it goes by. */
function noting({ files, lists }: Verified, notes: readonly FileNotes[]): Verified {
  async function* noted(): AsyncGenerator<FileReport> {
    for await (const file of files) {
      for (const one of notes) one.add(file);
      yield file;
    }
  }
  return { files: noted(), lists };
}

function verify(paths: readonly string[], options: VerifyCommandOptions, how: VerifyOptions): Promise<Verified> {
  if (options.list !== undefined) {
    return verifyList(options.list, { ...how, allowOutside: options.allowOutside === true });
  }
  const subjects = paths.map((path) => subjectOf(path, options.output));
  const [only] = subjects;
  if (options.output === undefined || only === undefined) return verifyFiles(subjects, how);
  return options.output === STREAM_NAME
    ? verifyToStream(only, process.stdout, how)
    : verifyToFile(only, options.output, how);
}

function given({ signature, checksums }: VerifyCommandOptions): Pick<VerifyOptions, 'signature' | 'checksums'> {
  return { ...(signature !== undefined && { signature }), ...(checksums !== undefined && { checksums }) };
}

/** What comes through a pipe has the name, for a list, of the file that it is written to. */
function subjectOf(path: string, output: string | undefined): Subject {
  if (path !== STREAM_NAME) return { kind: 'file', path };
  const name = output === undefined || output === STREAM_NAME ? undefined : output;
  return { kind: 'stream', source: new StreamSource(standardInput()), name };
}

function checkUsage(paths: readonly string[], options: VerifyCommandOptions): void {
  const { list, output, signature, checksums } = options;
  if (list !== undefined && paths.length > 0) {
    throw usage('--list verifies all that a list names.', 'To verify one file by a list: --checksums LIST FILE.');
  }
  if (list !== undefined && (checksums !== undefined || output !== undefined)) {
    throw usage('--list goes with neither --checksums nor --output.', 'Name the list with --list alone.');
  }
  if (list === undefined && paths.length === 0) {
    throw usage('There is nothing to verify.', 'Name files, - for standard input, or a list with --list.');
  }
  if (paths.length > 1 && output !== undefined) {
    throw usage('--output can be said of one file alone.', 'Verify the files one after another.');
  }
  if (paths.filter((path) => path === STREAM_NAME).length > 1) {
    throw usage('Standard input can be read once only.', 'Name - once.');
  }
  if (paths.includes(STREAM_NAME) && signature === undefined && checksums === undefined) {
    throw usage(
      'What comes through a pipe has nothing beside it that it could be judged by.',
      'Name its signature with --signature, or a list with --checksums; what holds its own signature must be a file.',
    );
  }
}

function usage(message: string, hint: string): FreeholdError {
  return new FreeholdError('usage', [{ code: 'verify/usage', level: 'error', message, hint }]);
}

/** Each file as soon as it is known: a list may name a million. */
async function show(verified: Verified, at: Date, options: VerifyCommandOptions): Promise<VerifySummary> {
  // Standard output belongs to the verified bytes where they go there.
  const stream = options.output === STREAM_NAME ? process.stderr : process.stdout;
  const output = new LineOutput(stream);
  const summary = new Summary();
  if (options.format === 'json') await showJson(verified, { at, output, summary });
  else await showLines(verified, { options, terminal: terminalOptions(stream), output, summary });
  await output.flush();
  return summary.total();
}

interface Shown {
  readonly output: LineOutput;
  readonly summary: Summary;
}

async function showJson({ files, lists }: Verified, { at, output, summary }: Shown & { at: Date }): Promise<void> {
  const json = new VerifyJson();
  const tool = { name: 'freehold', version: freeholdVersion() } as const;
  await output.write(json.begin({ format: 'freehold.verify/1', tool, at: at.toISOString(), lists }));
  for await (const file of files) await output.write(json.file(summary.count(file)));
  await output.write(json.end(summary.total()));
}

interface ShownLines extends Shown {
  readonly options: VerifyCommandOptions;
  readonly terminal: TerminalOptions;
}

async function showLines(
  { files, lists }: Verified,
  { options, terminal, output, summary }: ShownLines,
): Promise<void> {
  const isQuiet = options.quiet === true;
  if (options.list !== undefined && !isQuiet) {
    for (const list of lists) await output.write(renderVerifiedList(list, terminal));
  }
  for await (const file of files) {
    summary.count(file);
    const isGood = file.kind === 'judged' && file.verdict === 'verified';
    if (!isGood || !isQuiet) await output.write(renderVerified(file, terminal));
  }
  if (!isQuiet && summary.files > 1) await output.write(renderVerifySummary(summary.total(), terminal));
}
