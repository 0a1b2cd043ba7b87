import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { hostname, machine, release } from 'node:os';
import process from 'node:process';
import { compareNames } from './entry.ts';
import { containerFrom, factsFrom } from './facts.ts';
import { digestHere } from './digest/digest-here.ts';
import { errorCode, fileFailure, unreadable } from './file-failure.ts';
import { findByListing } from './find/by-listing.ts';
import {
  DEFAULT_OUTPUT_LIMIT_BYTES,
  DEFAULT_READ_LIMIT_BYTES,
  type DigestAlgorithm,
  type DigestResult,
  type DirectReader,
  type Entry,
  type EntryType,
  type Facts,
  type FindQuestion,
  type FindResult,
  type Host,
  type ListResult,
  type ReadOptions,
  type ReadResult,
  type RunOptions,
  type RunResult,
  type StatResult,
  type Unreadable,
} from './host.ts';

const PERMISSION_BITS = 0o7777;
const SCRATCH_BYTES = 64 * 1024;
/** Most headers end before it. */
const HEADER_BYTES = 8 * 1024;
/** With the end of the line before. */
const EMPTY_LINES = ['\n\n', '\n\r\n'].map((line) => Buffer.from(line));

/** The machine Freehold runs on, read straight from its file system. */
export function openLocalHost(): Host {
  return new LocalHost();
}

class LocalHost implements Host {
  readonly facts: Facts = localFacts();
  readonly direct: DirectReader = {
    read: readNow,
    stat: statNow,
  };

  read(path: string, options?: ReadOptions): Promise<ReadResult> {
    return Promise.resolve(readNow(path, options));
  }

  list(path: string): Promise<ListResult> {
    return Promise.resolve(listNow(path));
  }

  stat(path: string): Promise<StatResult> {
    return Promise.resolve(statNow(path));
  }

  find(question: FindQuestion): Promise<FindResult> {
    return findByListing((path) => {
      const listed = listNow(path);
      if (listed.kind === 'entries') return listed.entries;
      return listed.kind === 'missing' ? [] : undefined;
    }, question);
  }

  digest(paths: readonly string[], algorithm: DigestAlgorithm): Promise<readonly DigestResult[]> {
    return digestHere(paths, algorithm);
  }

  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
    return runProgram(argv, options);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/*
 * Files are read without waiting for each: most are in memory, and giving each call to a thread of its own takes several times as
 * long as the call.
 */

function readNow(path: string, options: ReadOptions = {}): ReadResult {
  const { limitBytes = DEFAULT_READ_LIMIT_BYTES, isHeaderEnough = false } = options;
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { kind: 'missing' };
    // Opening a device can do things to it (a watchdog starts, a tape rewinds).
    if (!stats.isFile()) return unreadable('not-a-file', `${path} is not a regular file`);
    if (isHeaderEnough && stats.size > limitBytes) return tooLarge(path, limitBytes);
    // What was a file a moment ago may be a FIFO now: without O_NONBLOCK that would hold the whole audit up.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      return isHeaderEnough ? readHeader(file, path, limitBytes) : readWhole(file, path, limitBytes);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return fileFailure(error, path);
  }
}

function listNow(path: string): ListResult {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return { kind: 'entries', entries: entries.map(toEntry).sort(compareNames) };
  } catch (error) {
    return fileFailure(error, path);
  }
}

function statNow(path: string): StatResult {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { kind: 'missing' };
    const type = typeOf(stats);
    return {
      kind: 'stat',
      type,
      mode: stats.mode & PERMISSION_BITS,
      uid: stats.uid,
      gid: stats.gid,
      sizeBytes: stats.size,
      ...(type === 'symlink' && { target: readlinkSync(path) }),
    };
  } catch (error) {
    return fileFailure(error, path);
  }
}

/** Files are read here and copied at their size; nothing else happens meanwhile. */
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/** Files of /proc say they have no size, so this reads until the end whatever stat said. */
function readWhole(file: number, path: string, limitBytes: number): ReadResult {
  const parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const bytesRead = readSync(file, scratch, 0, SCRATCH_BYTES, null);
    if (bytesRead === 0) return { kind: 'content', bytes: whole(parts) };
    length += bytesRead;
    if (length > limitBytes) return tooLarge(path, limitBytes);
    parts.push(Buffer.from(scratch.subarray(0, bytesRead)));
  }
}

function readHeader(file: number, path: string, limitBytes: number): ReadResult {
  const beginning = scratch.subarray(0, readSync(file, scratch, 0, HEADER_BYTES, 0));
  for (const line of EMPTY_LINES) {
    const start = beginning.indexOf(line);
    // Whatever else ends a line: this is no earlier than the end of the header.
    if (start !== -1) return { kind: 'content', bytes: Buffer.from(beginning.subarray(0, start + line.length)) };
  }
  return readWhole(file, path, limitBytes);
}

function tooLarge(path: string, limitBytes: number): Unreadable {
  return unreadable('too-large', `${path} is larger than ${String(limitBytes)} bytes`);
}

function whole(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
}

function runProgram(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
  const [program, ...rest] = argv;
  const limitBytes = options.limitBytes ?? DEFAULT_OUTPUT_LIMIT_BYTES;
  return new Promise((resolve) => {
    const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[], sizeBytes: 0 };
    let ended: 'timeout' | 'too-much-output' | undefined;
    const end = (cause: 'timeout' | 'too-much-output'): void => {
      ended ??= cause;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(end, options.timeoutMs, 'timeout');
    const collect = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      output.sizeBytes += chunk.length;
      if (output.sizeBytes > limitBytes) end('too-much-output');
      else output[stream].push(chunk);
      if (stream === 'stdout') options.onStdout?.(chunk);
    };
    child.stdout.on('data', collect('stdout'));
    child.stderr.on('data', collect('stderr'));
    // A program may end without reading its input; what it says then is its exit code.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve(notRun(error, program));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(output.stdout);
      const stderr = Buffer.concat(output.stderr);
      if (code !== null && ended === undefined) resolve({ kind: 'exited', code, stdout, stderr });
      else {
        const message = `${program} was ended: ${ended ?? `signal ${signal ?? 'unknown'}`}`;
        resolve({ kind: 'ended', cause: ended ?? 'signal', message, stdout, stderr });
      }
    });
    child.stdin.end(options.stdin ?? '');
  });
}

function notRun(error: Error, program: string): RunResult {
  const code = errorCode(error);
  const cause = code === 'ENOENT' ? 'missing' : code === 'EACCES' ? 'permission' : 'io';
  return { kind: 'not-run', cause, message: `${program} could not be started: ${error.message}` };
}

interface Typed {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function typeOf(entry: Typed | Stats): EntryType {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

function toEntry(entry: Typed & { readonly name: string }): Entry {
  return { name: entry.name, type: typeOf(entry) };
}

function localFacts(): Facts {
  return factsFrom({
    address: 'local',
    hostname: hostname(),
    osRelease: textOf('/etc/os-release') ?? textOf('/usr/lib/os-release') ?? '',
    kernelRelease: release(),
    architecture: machine(),
    uid: process.getuid?.() ?? -1,
    container: containerFrom({
      declared: textOf('/run/systemd/container'),
      hasContainerenv: textOf('/run/.containerenv') !== undefined,
      hasDockerenv: textOf('/.dockerenv') !== undefined,
      pidNamespace: pidNamespace(),
    }),
    isRunning: true,
  });
}

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
