import type { Entry, EntryType, ListResult, Missing, ReadResult, RunResult, StatResult, Unreadable } from '../host.ts';
import { HostError } from '../error.ts';
import { compareNames } from '../entry.ts';
import type { Frame } from './frames.ts';
import type { Question, RunQuestion } from './questions.ts';

/** The frames that answer one question: on standard output, and for a run the one on standard error. */
export interface Answer {
  readonly frames: readonly Frame[];
  readonly stderr: Frame | undefined;
  readonly elapsedMs: number;
}

const HEX = 16;
const PERMISSION_BITS = 0o7777;
/** `S_IFMT` and its types (inode(7)). */
const TYPE_BITS = 0o170000;
const TYPES: ReadonlyMap<number, EntryType> = new Map([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
]);
const LETTERS: ReadonlyMap<string, EntryType> = new Map([
  ['f', 'file'],
  ['d', 'directory'],
  ['l', 'symlink'],
  ['o', 'other'],
]);
/** 128 + SIGKILL, which is how `timeout -s KILL` ends a program. */
const KILLED = 137;

/** Whether the word opens an answer of more than one frame: the next one says why. */
export function isOpen(frame: Frame): boolean {
  return frame.word === 'broken';
}

/** Whether a file was not read because something about it needs more care than many at once can have. */
export function isToBeAskedAgain({ frames: [frame] }: Answer): boolean {
  return frame?.word === 'again';
}

export function toRead({ frames }: Answer, { path, limitBytes }: Extract<Question, { kind: 'read' }>): ReadResult {
  const [frame, why] = frames;
  switch (frame?.word) {
    case 'content':
      return frame.bytes.length > limitBytes ? tooLarge(path, limitBytes) : { kind: 'content', bytes: frame.bytes };
    case 'too-large':
      return tooLarge(path, limitBytes);
    case 'not-a-file':
      return unreadable('not-a-file', `${path} is not a regular file`);
    case 'broken':
    case 'closed': {
      const failure = failureOfFrame(why ?? frame, path);
      // What is there and can't be read to its end is not missing.
      return why !== undefined && failure.kind === 'missing' ? unreadable('io', `${path} went away`) : failure;
    }
    default:
      throw unexpected(frame);
  }
}

export function toList({ frames: [frame] }: Answer, path: string): ListResult {
  switch (frame?.word) {
    case 'entries':
      return { kind: 'entries', entries: parseEntries(frame.bytes) };
    case 'not-a-folder':
      return { kind: 'missing' };
    case 'permission':
      return unreadable('permission', `${path}: permission denied`);
    case 'closed':
      return failureOfFrame(frame, path);
    default:
      throw unexpected(frame);
  }
}

export function toStat({ frames: [frame] }: Answer, path: string): StatResult {
  if (frame?.word === 'closed') return failureOfFrame(frame, path);
  if (frame?.word !== 'stat') throw unexpected(frame);
  const text = new TextDecoder().decode(frame.bytes);
  const match = /^([0-9a-f]{1,8}) (\d{1,10}) (\d{1,10}) (\d{1,16})\n?/.exec(text);
  if (match === null) throw unexpected(frame);
  const [line, mode = '', uid = '', gid = '', size = ''] = match;
  const bits = Number.parseInt(mode, HEX);
  const type = TYPES.get(bits & TYPE_BITS) ?? 'other';
  return {
    kind: 'stat',
    type,
    mode: bits & PERMISSION_BITS,
    uid: Number(uid),
    gid: Number(gid),
    sizeBytes: Number(size),
    ...(type === 'symlink' && { target: text.slice(line.length) }),
  };
}

/** A shell tells a program that was killed from one that ended by its code only: 128 and the signal's number. */
export function toRun({ frames: [frame], stderr, elapsedMs }: Answer, question: RunQuestion): RunResult {
  const [program] = question.argv;
  if (frame?.word === 'no-program')
    return notRun('missing', `${program} could not be started: there is no such program`);
  if (frame?.word === 'no-permission')
    return notRun('permission', `${program} could not be started: permission denied`);
  if (frame?.word !== 'ran' || stderr === undefined || !/^\d{1,3}$/.test(stderr.word)) throw unexpected(frame);
  const output = { stdout: frame.bytes, stderr: stderr.bytes };
  const code = Number(stderr.word);
  if (frame.bytes.length + stderr.bytes.length > question.limitBytes) return ended('too-much-output', program, output);
  if (code === KILLED) return ended(elapsedMs >= question.timeoutMs ? 'timeout' : 'signal', program, output);
  return { kind: 'exited', code, ...output };
}

function notRun(cause: 'missing' | 'permission', message: string): RunResult {
  return { kind: 'not-run', cause, message };
}

function ended(
  cause: 'timeout' | 'signal' | 'too-much-output',
  program: string,
  output: { readonly stdout: Uint8Array; readonly stderr: Uint8Array },
): RunResult {
  return { kind: 'ended', cause, message: `${program} was ended: ${cause}`, ...output };
}

/** The end of what dash, bash and busybox say in the C locale when a file can't be opened. */
const COMPLAINTS: readonly (readonly [RegExp, (path: string) => Missing | Unreadable])[] = [
  [/no such device or address$/i, (path) => unreadable('not-a-file', `${path} is not a regular file`)],
  [/(?:no such file(?: or directory)?|not a directory|nonexistent directory)$/i, () => ({ kind: 'missing' })],
  [/(?:permission denied|operation not permitted)$/i, (path) => unreadable('permission', `${path}: permission denied`)],
  [/too many levels of symbolic links$/i, (path) => unreadable('not-a-file', `${path} is not a regular file`)],
];

function failureOfFrame(frame: Frame, path: string): Missing | Unreadable {
  return failureOf(new TextDecoder().decode(frame.bytes), path);
}

/** What a shell says of a path that it can't open. */
export function failureOf(said: string, path: string): Missing | Unreadable {
  const complaint = said.trim();
  const known = COMPLAINTS.find(([ending]) => ending.test(complaint));
  if (known !== undefined) return known[1](path);
  const words = complaint.slice(complaint.lastIndexOf(': ') + 1).trim();
  return unreadable('io', `${path}: ${words === '' ? 'it could not be read to its end' : words}`);
}

function parseEntries(bytes: Buffer): readonly Entry[] {
  const records = new TextDecoder().decode(bytes).split('\0');
  if (records.pop() !== '') throw new HostError('hostile', 'a list of files was cut off');
  return records.map(toEntry).sort(compareNames);
}

function toEntry(record: string): Entry {
  const type = LETTERS.get(record.slice(0, 1));
  const name = record.slice(1);
  if (type === undefined || name === '')
    throw new HostError('hostile', 'a list of files has an entry of no known type');
  return { name, type };
}

function tooLarge(path: string, limitBytes: number): Unreadable {
  return unreadable('too-large', `${path} is larger than ${String(limitBytes)} bytes`);
}

function unreadable(cause: Unreadable['cause'], message: string): Unreadable {
  return { kind: 'unreadable', cause, message };
}

function unexpected(frame: Frame | undefined): HostError {
  return new HostError(
    'hostile',
    `an answer was closed by the word ${frame?.word ?? '(none)'}, which doesn't answer it`,
  );
}
