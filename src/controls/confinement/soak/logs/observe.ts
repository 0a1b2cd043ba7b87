import { gunzipSync } from 'node:zlib';
import type { AccessEvent } from '../../../../apparmor/log/event.ts';
import { rotatedLogs } from '../../../../apparmor/log/rotated-logs.ts';
import type { ByteText } from '../../../../core/byte-text.ts';
import type { Host, RunResult } from '../../../../host/host.ts';
import type { Known } from '../../state.ts';
import { latin1 } from '../../text.ts';
import { beginOf } from './begin.ts';
import { type Piece, PieceReader, type PiecesRead } from './pieces.ts';
import { auditReach, journalReach, LIST_BOOTS } from './reach.ts';

const FOLDER = '/var/log/audit';
/** auditd.conf(5): `max_log_file` is 8 MB; a host gives a file as a whole, and larger ones aren't held. */
const LIMIT_BYTES = 64 * 1024 * 1024;
/** `num_logs` may be 999: of all files together, unpacked. */
const SUM_LIMIT_BYTES = 1024 * 1024 * 1024;
const TIMEOUT_MS = 120_000;
const MS_PER_SECOND = 1000;
const LINE_FEED = 0x0a;
/** What a program of some minutes' watch may write. */
const TAIL_BYTES = 4 * 1024 * 1024;

/** What takes the logs while they are read. */
export interface KeptLogSink {
  readonly event: (event: AccessEvent) => void;
  /** Each of the audit's own files, for what else is in it. */
  readonly text: (text: ByteText) => void;
}

export interface KeptLogs extends PiecesRead {
  /** Why it can't be said that nothing is missing; one sentence each. */
  readonly problems: readonly string[];
  /** How far back the logs go: milliseconds since 1970. */
  readonly reach: Known<number>;
}

export interface KeptLogOptions {
  readonly limitBytes?: number;
}

/** All that auditd, the journal and (through it) the kernel's ring keep since a moment; one file after the other is held. */
export async function readKeptLogs(
  host: Host,
  sinceMs: number,
  { event, text: takeText, limitBytes = SUM_LIMIT_BYTES }: KeptLogSink & KeptLogOptions,
): Promise<KeptLogs> {
  const reader = new PieceReader(event);
  const listing = await host.list(FOLDER);
  const names = rotatedLogs(listing.kind === 'entries' ? listing.entries.map(({ name }) => name) : [], 'audit.log');
  const problems = listing.kind === 'unreadable' ? [listing.message] : [];
  let reach = auditReach([]);
  let sumBytes = 0;
  // From the newest on: a file that is rotated meanwhile is read twice then, and none is passed over.
  for (const name of names.toReversed()) {
    const part = await auditFile(host, `${FOLDER}/${name}`);
    if (part.kind === 'failed') {
      problems.push(part.reason);
      continue;
    }
    sumBytes += part.piece.bytes.length;
    if (sumBytes > limitBytes) {
      const isEnough = reach.kind === 'known' && reach.value < sinceMs;
      if (!isEnough) problems.push(tooMuch(limitBytes, name));
      break;
    }
    const text = latin1(part.piece.bytes);
    const first = auditReach([text]);
    if (first.kind === 'known') reach = first;
    takeText(text);
    reader.read(sinceOf(part.piece, beginOf(text, sinceMs)));
  }
  const journal = await journalOf(host, sinceMs);
  if (journal.kind === 'read') reader.read(journal.piece);
  // Where auditd writes, what it has is enough.
  else if (names.length === 0) problems.push(journal.reason);
  return {
    ...reader.finish(),
    problems,
    reach: names.length === 0 ? journalReach(await bootsOf(host)) : reach,
  };
}

function tooMuch(limitBytes: number, name: string): string {
  return `the logs of auditd have more than ${String(limitBytes)} bytes since then: ${FOLDER}/${name} and what is older was not read`;
}

function sinceOf({ source, bytes }: Piece, begin: number): Piece {
  let linesBefore = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1 && at < begin; at = bytes.indexOf(LINE_FEED, at + 1))
    linesBefore += 1;
  return { source, bytes: bytes.subarray(begin), linesBefore };
}

/** What was seen since a moment, for somebody who waits for what comes next. */
export interface NewAccesses {
  readonly events: readonly AccessEvent[];
  /** Why it can't be said that nothing is missing; one sentence each. */
  readonly problems: readonly string[];
}

/** The end of the logs. */
export async function observeNewAccesses(host: Host, sinceMs: number): Promise<NewAccesses> {
  const path = `${FOLDER}/audit.log`;
  const tailOf = (file: string): Promise<RunResult> =>
    host.run(['tail', '-c', String(TAIL_BYTES), file], { timeoutMs: TIMEOUT_MS });
  // What came since the last look may have been rotated away.
  const [rotated, tail, journal] = await Promise.all([tailOf(`${path}.1`), tailOf(path), journalOf(host, sinceMs)]);
  const hasFile = tail.kind === 'exited' && tail.code === 0;
  const events: AccessEvent[] = [];
  const reader = new PieceReader((event) => events.push(event));
  if (rotated.kind === 'exited') reader.read(tailPiece(`${path}.1`, rotated.stdout, sinceMs));
  if (hasFile) reader.read(tailPiece(path, tail.stdout, sinceMs));
  if (journal.kind === 'read') reader.read(journal.piece);
  const { unreadable } = reader.finish();
  const problems = [
    ...(!hasFile && journal.kind === 'failed' ? [journal.reason] : []),
    ...(unreadable === undefined ? [] : [unreadable]),
  ];
  return { events, problems };
}

/** Whole lines: what `tail` begins in the midst of was looked at before, and what is being written comes with the next look. */
function tailPiece(source: string, bytes: Uint8Array, sinceMs: number): Piece {
  const start = bytes.length < TAIL_BYTES ? 0 : bytes.indexOf(LINE_FEED) + 1;
  const whole = bytes.subarray(start, bytes.lastIndexOf(LINE_FEED) + 1);
  return sinceOf({ source, bytes: whole, linesBefore: 0 }, beginOf(latin1(whole), sinceMs));
}

type Part = { readonly kind: 'read'; readonly piece: Piece } | { readonly kind: 'failed'; readonly reason: string };

const GZIP = [0x1f, 0x8b] as const;

/** One of auditd's files; logrotate packs those that are rotated away. */
async function auditFile(host: Host, path: string): Promise<Part> {
  const read = await host.read(path, { limitBytes: LIMIT_BYTES });
  if (read.kind === 'missing') return { kind: 'failed', reason: `${path} was moved away while it was read` };
  if (read.kind === 'unreadable') return { kind: 'failed', reason: read.message };
  if (GZIP.some((byte, at) => read.bytes[at] !== byte))
    return { kind: 'read', piece: { source: path, bytes: read.bytes, linesBefore: 0 } };
  try {
    const bytes = gunzipSync(read.bytes, { maxOutputLength: LIMIT_BYTES });
    return { kind: 'read', piece: { source: path, bytes, linesBefore: 0 } };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', reason: `${path} can’t be unpacked: ${said}` };
  }
}

async function bootsOf(host: Host): Promise<ByteText> {
  const result = await host.run(LIST_BOOTS, { timeoutMs: TIMEOUT_MS });
  return 'stdout' in result ? latin1(result.stdout) : '';
}

/** Only what the kernel itself wrote: a program's own lines could say anything (systemd.journal-fields(7), _TRANSPORT). */
async function journalOf(host: Host, sinceMs: number): Promise<Part> {
  const since = `@${String(Math.floor(sinceMs / MS_PER_SECOND))}`;
  const result = await host.run(
    [
      'journalctl',
      '--quiet',
      '--all',
      '--no-pager',
      '--output=json',
      '--since',
      since,
      '_TRANSPORT=kernel',
      '+',
      '_TRANSPORT=audit',
    ],
    { timeoutMs: TIMEOUT_MS, limitBytes: LIMIT_BYTES },
  );
  if (result.kind !== 'exited') return { kind: 'failed', reason: `the journal could not be read: ${result.message}` };
  if (result.code !== 0)
    return { kind: 'failed', reason: `journalctl failed: ${latin1(result.stderr).split('\n')[0] ?? ''}` };
  return { kind: 'read', piece: { source: 'journal', bytes: result.stdout, linesBefore: 0 } };
}
