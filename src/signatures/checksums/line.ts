import { Buffer } from 'node:buffer';
import { type ChecksumAlgorithm, algorithmOfLength, algorithmOfTag, type UntaggedFamily } from './algorithm.ts';

/** One file that a list names. */
export interface ChecksumEntry {
  /** Counted from 1; in a list that NUL bytes separate, the number of the entry. */
  readonly line: number;
  /**
   * One character for each byte, as names are bytes to Linux and need not be UTF-8: {@link nameBytes}, {@link nameText}. Empty
   * where a digest stands alone, as in many `x.tar.sha256`: coreutils takes no such line.
   */
  readonly name: string;
  readonly algorithm: ChecksumAlgorithm;
  /** Lower-case hexadecimal digits. */
  readonly digest: string;
}

export type ChecksumLine =
  | { readonly kind: 'entry'; readonly entry: ChecksumEntry }
  | { readonly kind: 'malformed'; readonly line: number; readonly reason: string }
  /** Empty, or a comment. */
  | { readonly kind: 'nothing' };

/**
 * Whether lines without a tag have a flag before the name (`hash *name`) or not (`hash name`, `md5 -r` of the BSDs). As in
 * coreutils the first such line decides for all: otherwise a name that begins with a blank could be taken for another.
 */
export type UntaggedForm = 'flagged' | 'reversed';

export interface LineContext {
  readonly line: number;
  readonly family: UntaggedFamily;
  readonly form: UntaggedForm | undefined;
  /** In a list that NUL bytes separate nothing is escaped. */
  readonly isEscapable: boolean;
}

export interface ReadLine {
  readonly result: ChecksumLine;
  readonly form: UntaggedForm | undefined;
}

const TAGGED = /^([A-Z][\w/-]{0,15}) ?\(/i;
const HEX_RUN = /^[0-9A-Fa-f]+/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const HEX_DIGITS_PER_BYTE = 2;

/** The bytes of a name. */
export function nameBytes(name: string): Buffer {
  return Buffer.from(name, 'latin1');
}

/** A name for people; bytes that are no UTF-8 become U+FFFD. */
export function nameText(name: string): string {
  return nameBytes(name).toString('utf8');
}

/** The name of a file as lists hold it. */
export function nameOf(path: string | Uint8Array): string {
  return Buffer.from(path).toString('latin1');
}

/** Reads one line, without its line end, as `sha256sum --check` does (coreutils, src/digest.c: split_3, bsd_split_3). */
export function readLine(text: string, context: LineContext): ReadLine {
  const { form, line } = context;
  // A comment begins in the first column only.
  if (text === '' || text.startsWith('#')) return { result: { kind: 'nothing' }, form };
  if (text.includes('\0')) return { result: malformed(line, 'it holds a NUL byte'), form };
  const inner = text.replace(/^[ \t]+/, '');
  const isEscaped = context.isEscapable && inner.startsWith('\\');
  const rest = isEscaped ? inner.slice(1) : inner;
  const tag = TAGGED.exec(rest);
  if (tag !== null) {
    const tagged = { tag: tag[1] ?? '', rest: rest.slice(tag[0].length), isEscaped };
    return { result: readTagged(tagged, line), form };
  }
  return readUntagged(rest, isEscaped, context);
}

interface TaggedLine {
  readonly tag: string;
  /** All that follows the parenthesis. */
  readonly rest: string;
  readonly isEscaped: boolean;
}

/** `SHA256 (name) = digest`; the last parenthesis ends the name. */
function readTagged({ tag, rest, isEscaped }: TaggedLine, line: number): ChecksumLine {
  const known = algorithmOfTag(tag);
  if (known === undefined) return malformed(line, `${tag} is no kind of checksum that is known here`);
  const end = rest.lastIndexOf(')');
  const sum = end === -1 ? null : /^[ \t]*=[ \t]*(\S+)$/.exec(rest.slice(end + 1));
  if (sum === null) return malformed(line, 'no checksum follows the name');
  const digest = digestOf(sum[1] ?? '', known.hexDigits);
  if (digest === undefined) return malformed(line, `it holds no checksum as long as ${known.algorithm.title} is`);
  return entryOf({ written: rest.slice(0, end), isEscaped, line, algorithm: known.algorithm, digest });
}

/** Hexadecimal, or Base64 as `cksum --base64` and OpenBSD's `sha256 -b` write it. */
function digestOf(text: string, hexDigits: number): string | undefined {
  if (text.length === hexDigits) return HEX_RUN.exec(text)?.[0].length === hexDigits ? text.toLowerCase() : undefined;
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const isWhole = bytes.length * HEX_DIGITS_PER_BYTE === hexDigits && bytes.toString('base64') === text;
  return isWhole ? bytes.toString('hex') : undefined;
}

function readUntagged(rest: string, isEscaped: boolean, context: LineContext): ReadLine {
  const { line, family, form } = context;
  const digest = HEX_RUN.exec(rest)?.[0] ?? '';
  const after = rest.slice(digest.length);
  if (after === '') return { result: readBare(digest, context), form };
  const isSeparated = after.startsWith(' ') || after.startsWith('\t');
  if (digest === '' || !isSeparated) return { result: malformed(line, 'it begins with no checksum'), form };
  const algorithm = algorithmOfLength(digest.length, family);
  if (algorithm === undefined) {
    return { result: malformed(line, `no checksum has ${digest.length} hexadecimal digits`), form };
  }
  const isFlagged = after.length > 2 && (after[1] === ' ' || after[1] === '*');
  if (!isFlagged && form === 'flagged') {
    return { result: malformed(line, 'two blanks, or a blank and a star, must stand before the name'), form };
  }
  const now = form ?? (isFlagged ? 'flagged' : 'reversed');
  const written = after.slice(now === 'flagged' ? 2 : 1);
  return { result: entryOf({ written, isEscaped, line, algorithm, digest: digest.toLowerCase() }), form: now };
}

function readBare(digest: string, { line, family }: LineContext): ChecksumLine {
  const algorithm = algorithmOfLength(digest.length, family);
  if (algorithm === undefined) return malformed(line, 'it begins with no checksum');
  return { kind: 'entry', entry: { line, name: '', algorithm, digest: digest.toLowerCase() } };
}

interface RawEntry extends Omit<ChecksumEntry, 'name'> {
  readonly written: string;
  readonly isEscaped: boolean;
}

function entryOf({ written, isEscaped, ...rest }: RawEntry): ChecksumLine {
  const name = isEscaped ? unescaped(written) : written;
  if (name === undefined) return malformed(rest.line, 'its name has a backslash that escapes nothing');
  if (name === '') return malformed(rest.line, 'it names no file');
  return { kind: 'entry', entry: { ...rest, name } };
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r' };

/** coreutils, src/digest.c: filename_unescape. */
function unescaped(written: string): string | undefined {
  if (!/^(?:[^\\]|\\[\\nr])*$/s.test(written)) return undefined;
  return written.replaceAll(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? '');
}

function malformed(line: number, reason: string): ChecksumLine {
  return { kind: 'malformed', line, reason };
}
