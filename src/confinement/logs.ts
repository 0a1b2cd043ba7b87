import type { LogSink } from '../apparmor/log/access-log-reader.ts';
import { AccessLogReader } from '../apparmor/log/access-log-reader.ts';
import type { LogSummary } from '../apparmor/log/records.ts';
import type { Host } from '../host/host.ts';
import { type AuditState, observeAuditState } from './audit-state.ts';
import { journalProgram, type LogProgram, printLog, RING } from './log-programs.ts';
import { isWithin, type LogSource, type TimeBounds } from './log-source.ts';
import { rotatedLogs } from '../apparmor/log/rotated-logs.ts';
import { filePieces } from './file-pieces.ts';
import { unpackLog } from './unpack-log.ts';

export interface LogsRead {
  /** In the order in which they were tried. */
  readonly sources: readonly LogSource[];
  readonly summary: LogSummary;
  /** Records from before or after the bounds: not handed on. */
  readonly outside: number;
  /** Records without a time, handed on whatever the bounds. */
  readonly undated: number;
}

export interface HostLogsRead extends LogsRead {
  readonly audit: AuditState;
}

/** Standard input among names of files. */
const STANDARD_INPUT = '-';

export interface NamedLogs extends TimeBounds {
  readonly files: readonly string[];
  readonly standardInput: () => AsyncIterable<Uint8Array>;
}

/** Logs of one machine by folder: the first that has a record of AppArmor is the one, with all that was rotated away from it. */
const AUDIT_LOG = { folder: '/var/log/audit', log: 'audit.log' } as const;
const TEXT_LOGS = [
  { folder: '/var/log', log: 'kern.log' },
  { folder: '/var/log', log: 'syslog' },
  { folder: '/var/log', log: 'messages' },
] as const;

/** One file of a machine; a larger one has to be fetched and named. */
const HOST_FILE_LIMIT_BYTES = 512 * 1024 * 1024;

/** Reads the files that somebody names, on this computer: plain or packed by gzip, `-` for standard input. */
export async function readNamedLogs(sink: LogSink, { files, standardInput, ...bounds }: NamedLogs): Promise<LogsRead> {
  const reading = new Reading(sink, bounds);
  for (const file of files) {
    const name = file === STANDARD_INPUT ? 'standard input' : file;
    await reading.pieces(name, file === STANDARD_INPUT ? standardInput() : filePieces(file));
  }
  return reading.finish();
}

/**
 * Reads the logs of a machine, from the first of these that has a record of AppArmor: auditd's files, the journal, the kernel's
 * ring, kern.log, syslog and messages. Those after it hold the same records, or fewer.
 */
export async function readHostLogs(host: Host, sink: LogSink, bounds: TimeBounds = {}): Promise<HostLogsRead> {
  const audit = observeAuditState(host);
  const reading = new Reading(sink, bounds);
  const ways = [
    () => readFolder(host, AUDIT_LOG, reading),
    () => readProgram(host, journalProgram(bounds), reading),
    ...RING.map((program) => () => readProgram(host, program, reading)),
    ...TEXT_LOGS.map((place) => () => readFolder(host, place, reading)),
  ];
  for (const way of ways) if (await way()) break;
  return { ...reading.finish(), audit: await audit };
}

interface LogPlaceOnHost {
  readonly folder: string;
  readonly log: string;
}

async function readFolder(host: Host, { folder, log }: LogPlaceOnHost, reading: Reading): Promise<boolean> {
  const path = `${folder}/${log}`;
  const listed = await host.list(folder);
  if (listed.kind !== 'entries') {
    reading.refused(path, listed.kind === 'missing' ? `there is no folder ${folder}` : listed.message);
    return false;
  }
  const names = rotatedLogs(
    listed.entries.map((entry) => entry.name),
    log,
  );
  if (names.length === 0) reading.refused(path, 'there is no such file');
  let records = 0;
  for (const name of names) {
    const file = `${folder}/${name}`;
    const read = await host.read(file, { limitBytes: HOST_FILE_LIMIT_BYTES });
    if (read.kind === 'content') records += await reading.pieces(file, [read.bytes]);
    else reading.refused(file, read.kind === 'missing' ? 'it was moved away meanwhile' : read.message);
  }
  return records > 0;
}

async function readProgram(host: Host, program: LogProgram, reading: Reading): Promise<boolean> {
  reading.start(program.name, program);
  const printed = await printLog(host, program, (bytes) => reading.push(bytes));
  if (printed.kind === 'not-printed') {
    reading.refused(program.name, printed.reason);
    return false;
  }
  return reading.end(printed.incomplete) > 0;
}

/** Node's own words name the call and the file once more. */
function inPlainWords(reason: string): string {
  if (reason.startsWith('ENOENT')) return 'there is no such file';
  if (reason.startsWith('EISDIR')) return 'it is a folder: name the files in it';
  if (reason.startsWith('EACCES')) return 'it may not be read: logs are for root and the group adm';
  return reason;
}

/** One reader for all sources, and what became of each. */
class Reading {
  readonly #reader: AccessLogReader;
  readonly #sources: LogSource[] = [];
  #outside = 0;
  #undated = 0;
  #records = 0;
  #bytes = 0;
  #name = '';

  constructor(sink: LogSink, bounds: TimeBounds) {
    const isWanted = (timeMs: number | undefined): boolean => {
      this.#records += 1;
      if (timeMs === undefined) {
        this.#undated += 1;
        return true;
      }
      if (isWithin(bounds, timeMs)) return true;
      this.#outside += 1;
      return false;
    };
    this.#reader = new AccessLogReader({
      event: (event, number) => {
        if (isWanted(event.timeMs)) sink.event(event, number);
      },
      again:
        sink.again &&
        ((first, stamp, number) => {
          if (isWanted(stamp.timeMs)) sink.again?.(first, stamp, number);
        }),
      status: (status) => {
        if (isWanted(status.timeMs)) sink.status?.(status);
      },
    });
  }

  start(name: string, trust: { readonly isForgeable?: boolean } = {}): void {
    this.#name = name;
    this.#records = 0;
    this.#bytes = 0;
    this.#reader.start(name, trust);
  }

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#reader.push(bytes);
  }

  /** Answers how many records of AppArmor it had. */
  end(incomplete?: string): number {
    // What is held back until more comes belongs to this source.
    this.#reader.start('');
    const source = { kind: 'read', name: this.#name, bytes: this.#bytes, records: this.#records } as const;
    this.#sources.push({ ...source, ...(incomplete !== undefined && { incomplete }) });
    return this.#records;
  }

  async pieces(name: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number> {
    this.start(name);
    const end = await unpackLog(pieces, (bytes) => this.push(bytes));
    if (end.kind === 'cut' && this.#bytes === 0) {
      this.refused(name, inPlainWords(end.reason));
      return 0;
    }
    return this.end(end.kind === 'cut' ? end.reason : undefined);
  }

  refused(name: string, reason: string): void {
    this.#sources.push({ kind: 'not-read', name, reason });
  }

  finish(): LogsRead {
    return {
      sources: this.#sources,
      summary: this.#reader.finish(),
      outside: this.#outside,
      undated: this.#undated,
    };
  }
}
