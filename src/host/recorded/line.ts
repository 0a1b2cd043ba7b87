import { comparePaths } from '../entry.ts';
import {
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
  type DigestResult,
  type Entry,
  type EntryType,
  type FindQuestion,
  type FindResult,
  type ListResult,
  type Missing,
  type RunResult,
  type StatResult,
  type Unreadable,
} from '../host.ts';
import type { ReadAnswer, Recorded, RunQuestion } from './answer.ts';
import { type Blob, fromBlob, toBlob } from './blob.ts';
import { BadField, Fields } from './fields.ts';
import { PATH_LIMIT_BYTES } from './limits.ts';

const MODE_MAX = 0o7777;
const EXIT_CODE_MAX = 0xff_ff_ff_ff;
const ENTRY_TYPES: readonly EntryType[] = ['file', 'directory', 'symlink', 'other'];
const CAUSES: readonly Unreadable['cause'][] = ['permission', 'not-a-file', 'not-a-directory', 'io', 'too-large'];
const DIGITS: Readonly<Record<DigestAlgorithm, number>> = { md5: 32, sha256: 64, sha512: 128 };
/** Before the digest of the file that a symbolic link leads to. */
const SYMLINK = '>';
const NOT_RUN = ['missing', 'permission', 'unsupported', 'io'] as const;
const ENDED = ['timeout', 'signal', 'too-much-output'] as const;

/** One question and its answer as JSON, without the line's end. */
export function encodeLine(recorded: Recorded): string {
  switch (recorded.kind) {
    case 'read':
      return JSON.stringify({ read: recorded.path, ...encodeRead(recorded.answer) });
    case 'list':
      return JSON.stringify({ list: recorded.path, ...encodeList(recorded.answer) });
    case 'stat':
      return JSON.stringify({ stat: recorded.path, ...encodeStat(recorded.answer) });
    case 'find': {
      const { below, names, closed, without } = recorded.question;
      return JSON.stringify({ find: below, names, closed, without, ...encodeFind(recorded.answer) });
    }
    case 'digest': {
      const { algorithm, paths } = recorded.question;
      return JSON.stringify({ digest: algorithm, paths, answers: recorded.answer.map(encodeDigest) });
    }
    case 'run': {
      const { argv, stdin } = recorded.question;
      return JSON.stringify({ run: argv, ...(stdin !== undefined && { stdin }), ...encodeRun(recorded.answer) });
    }
  }
}

/**
 * Reads what {@link encodeLine} writes; throws {@link BadField} for all else. Every recording has one spelling: a line that would be
 * written in another way (more fields, fields twice, spaces) is none of ours.
 */
export function decodeLine(line: string): Recorded {
  const recorded = decode(new Fields(parseJson(line)));
  if (encodeLine(recorded) !== line) throw new BadField('it is not spelled as Freehold spells it');
  return recorded;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadField('it is not JSON');
  }
}

function decode(fields: Fields): Recorded {
  if (fields.has('read')) return { kind: 'read', path: pathOf(fields, 'read'), answer: decodeRead(fields) };
  if (fields.has('list')) return { kind: 'list', path: pathOf(fields, 'list'), answer: decodeList(fields) };
  if (fields.has('stat')) return { kind: 'stat', path: pathOf(fields, 'stat'), answer: decodeStat(fields) };
  if (fields.has('run')) return { kind: 'run', question: decodeQuestion(fields), answer: decodeRun(fields) };
  if (fields.has('find')) return { kind: 'find', question: decodeFindQuestion(fields), answer: decodeFind(fields) };
  if (fields.has('digest')) return decodeDigests(fields);
  throw new BadField('"read", "list", "stat", "find", "digest" or "run" is expected');
}

function pathOf(fields: Fields, name: string): string {
  const path = fields.text(name);
  if (isRecordablePath(path)) return path;
  throw new BadField(`"${name}" must be an absolute path of at most ${String(PATH_LIMIT_BYTES)} bytes`);
}

export function isRecordablePath(path: string): boolean {
  return path.startsWith('/') && !path.includes('\0') && Buffer.byteLength(path) <= PATH_LIMIT_BYTES;
}

const MISSING: Missing = { kind: 'missing' };

function encodeFailure(failure: Missing | Unreadable): object {
  return failure.kind === 'missing' ? { missing: true } : { unreadable: failure.cause, message: failure.message };
}

function decodeFailure(fields: Fields): Missing | Unreadable {
  return fields.has('missing') ? MISSING : decodeUnreadable(fields);
}

function decodeUnreadable(fields: Fields): Unreadable {
  return { kind: 'unreadable', cause: fields.oneOf('unreadable', CAUSES), message: fields.text('message') };
}

function encodeRead(answer: ReadAnswer): object {
  switch (answer.kind) {
    case 'content':
      return { ...toBlob(answer.bytes), ...(answer.redacted !== undefined && { redacted: answer.redacted }) };
    case 'too-large':
      return { largerThan: answer.limitBytes };
    default:
      return encodeFailure(answer);
  }
}

function decodeRead(fields: Fields): ReadAnswer {
  if (fields.has('largerThan')) return { kind: 'too-large', limitBytes: fields.count('largerThan') };
  if (!fields.has('text') && !fields.has('base64')) return decodeFailure(fields);
  const bytes = fromBlob(fields.has('text') ? { text: fields.text('text') } : { base64: fields.text('base64') });
  return { kind: 'content', bytes, ...(fields.has('redacted') && { redacted: fields.text('redacted') }) };
}

function encodeList(answer: ListResult): object {
  if (answer.kind !== 'entries') return encodeFailure(answer);
  return { entries: answer.entries.map(({ name, type }) => [name, type]) };
}

function decodeList(fields: Fields): ListResult {
  if (!fields.has('entries')) return decodeFailure(fields);
  const entries = fields.list('entries').map(decodeEntry);
  if (entries.some(({ name }, index) => comparePaths(entries[index - 1]?.name ?? '', name) > 0)) {
    throw new BadField('"entries" must be sorted by the bytes of their names');
  }
  return { kind: 'entries', entries };
}

function decodeEntry(value: unknown): Entry {
  const pair: readonly unknown[] = Array.isArray(value) ? value : [];
  const [name, type] = pair;
  const known = ENTRY_TYPES.find((one) => one === type);
  if (typeof name === 'string' && isEntryName(name) && known !== undefined) return { name, type: known };
  throw new BadField('an entry must be a name and its type');
}

function encodeFind(answer: FindResult): object {
  return answer.kind === 'found' ? { paths: answer.paths, unlisted: answer.unlisted } : encodeFailure(answer);
}

function decodeFindQuestion(fields: Fields): FindQuestion {
  return {
    below: texts(fields, 'find'),
    names: texts(fields, 'names'),
    closed: texts(fields, 'closed'),
    without: texts(fields, 'without'),
  };
}

function decodeFind(fields: Fields): FindResult {
  if (!fields.has('paths')) return decodeUnreadable(fields);
  return { kind: 'found', paths: sortedPaths(fields, 'paths'), unlisted: sortedPaths(fields, 'unlisted') };
}

function sortedPaths(fields: Fields, name: string): readonly string[] {
  const paths = texts(fields, name);
  if (!paths.every(isRecordablePath)) throw new BadField(`"${name}" must be absolute paths`);
  if (paths.some((path, index) => comparePaths(paths[index - 1] ?? '', path) > 0)) {
    throw new BadField(`"${name}" must be sorted by their bytes`);
  }
  return paths;
}

function texts(fields: Fields, name: string): readonly string[] {
  return fields.list(name).map((word) => {
    if (typeof word === 'string') return word;
    throw new BadField(`"${name}" must be a list of texts`);
  });
}

function isEntryName(name: string): boolean {
  return !['', '.', '..'].includes(name) && !/[/\0]/.test(name);
}

/** Most are digests of files: a text and nothing more. */
function encodeDigest(answer: DigestResult): unknown {
  if (answer.kind === 'missing') return null;
  if (answer.kind === 'unreadable') return [answer.cause, answer.message];
  return answer.isSymlink ? `${SYMLINK}${answer.hex}` : answer.hex;
}

function decodeDigests(fields: Fields): Recorded {
  const algorithm = fields.oneOf('digest', DIGEST_ALGORITHMS);
  const question = { algorithm, paths: digestOf(fields, 'paths') };
  return { kind: 'digest', question, answer: fields.list('answers').map((one) => decodeDigest(one, algorithm)) };
}

function decodeDigest(value: unknown, algorithm: DigestAlgorithm): DigestResult {
  if (value === null) return MISSING;
  if (typeof value === 'string') {
    const isSymlink = value.startsWith(SYMLINK);
    const hex = isSymlink ? value.slice(SYMLINK.length) : value;
    if (/^[0-9a-f]+$/.test(hex) && hex.length === DIGITS[algorithm]) return { kind: 'digest', hex, isSymlink };
  }
  const pair: readonly unknown[] = Array.isArray(value) ? value : [];
  const [cause, message] = pair;
  const known = CAUSES.find((one) => one === cause);
  if (known !== undefined && typeof message === 'string') return { kind: 'unreadable', cause: known, message };
  throw new BadField('an answer must be a digest, null, or why there is none');
}

function digestOf(fields: Fields, name: string): string {
  const text = fields.text(name);
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text;
  throw new BadField(`"${name}" must be a digest`);
}

function encodeStat(answer: StatResult): object {
  if (answer.kind !== 'stat') return encodeFailure(answer);
  const { type, mode, uid, gid, sizeBytes, target } = answer;
  return { type, mode, uid, gid, sizeBytes, ...(target !== undefined && { target }) };
}

function decodeStat(fields: Fields): StatResult {
  if (!fields.has('type')) return decodeFailure(fields);
  return {
    kind: 'stat',
    type: fields.oneOf('type', ENTRY_TYPES),
    mode: fields.count('mode', MODE_MAX),
    uid: fields.count('uid'),
    gid: fields.count('gid'),
    sizeBytes: fields.count('sizeBytes'),
    ...(fields.has('target') && { target: fields.text('target') }),
  };
}

function decodeQuestion(fields: Fields): RunQuestion {
  const [program, ...rest] = texts(fields, 'run');
  if (program === undefined) throw new BadField('"run" must name a program');
  if (!fields.has('stdin')) return { argv: [program, ...rest] };
  return { argv: [program, ...rest], stdin: digestOf(fields, 'stdin') };
}

function encodeRun(answer: RunResult): object {
  if (answer.kind === 'not-run') return { notRun: answer.cause, message: answer.message };
  const output = { stdout: toBlob(answer.stdout), stderr: toBlob(answer.stderr) };
  return answer.kind === 'exited'
    ? { code: answer.code, ...output }
    : { ended: answer.cause, message: answer.message, ...output };
}

function decodeRun(fields: Fields): RunResult {
  if (fields.has('notRun')) {
    return { kind: 'not-run', cause: fields.oneOf('notRun', NOT_RUN), message: fields.text('message') };
  }
  const output = { stdout: decodeOutput(fields, 'stdout'), stderr: decodeOutput(fields, 'stderr') };
  return fields.has('code')
    ? { kind: 'exited', code: fields.count('code', EXIT_CODE_MAX), ...output }
    : { kind: 'ended', cause: fields.oneOf('ended', ENDED), message: fields.text('message'), ...output };
}

function decodeOutput(fields: Fields, name: string): Uint8Array {
  const blob = new Fields(fields.get(name));
  const parts: Blob = blob.has('text') ? { text: blob.text('text') } : { base64: blob.text('base64') };
  return fromBlob(parts);
}
