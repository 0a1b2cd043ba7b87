import { Buffer, isUtf8 } from 'node:buffer';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Diagnostic } from '../core/diagnostic.ts';
import { FILE_LIMIT_BYTES } from './limits.ts';
import { quote } from './quote.ts';
import { SourceText } from './source-text.ts';

/** A file's text, or the reason why there is none; the caller adds where the file was asked for. */
export type ReadTextResult =
  | { readonly kind: 'text'; readonly source: SourceText; readonly isWritableByOthers: boolean }
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic };

const CHUNK_BYTES = 64 * 1024;
const OTHERS_WRITE = 0o002;
const UTF8_BOM = '\uFEFF';
const LINE_FEED = 0x0a;
const UTF16_MARKS = ['fffe', 'feff'];
const UTF16_MARK_BYTES = 2;
/** c-printable of YAML 1.2.2 section 5.1 leaves these out. */
const NOT_PRINTABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;
const HEXADECIMAL = 16;
const CODE_POINT_DIGITS = 4;

export interface ReadTextOptions {
  readonly limitBytes: number;
  /** What it is, in messages: `blueprint`. */
  readonly noun: string;
  /** What to do about a file that is too large. */
  readonly whenTooLarge: string;
}

const BLUEPRINT: ReadTextOptions = {
  limitBytes: FILE_LIMIT_BYTES,
  noun: 'blueprint',
  whenTooLarge: 'Is this the right file? Large blueprints can be split with `extends:`.',
};

/** Reads one file: a regular file of UTF-8 text within the limit. Never waits for a pipe or reads a device. */
export async function readText(path: string, options: ReadTextOptions = BLUEPRINT): Promise<ReadTextResult> {
  let content: Content;
  try {
    content = await readBytes(path, options);
  } catch (error) {
    return refused(ioProblem(path, error));
  }
  if (content.kind === 'refused') return content;
  const { bytes, stats } = content;
  const decoded = decode(path, bytes, options);
  return decoded.kind === 'refused' ? decoded : { ...decoded, isWritableByOthers: (stats.mode & OTHERS_WRITE) !== 0 };
}

type Refused = Extract<ReadTextResult, { kind: 'refused' }>;
type Content = { readonly kind: 'bytes'; readonly bytes: Buffer; readonly stats: Stats } | Refused;

async function readBytes(path: string, options: ReadTextOptions): Promise<Content> {
  // Looked at before it is opened: opening a device can set it off.
  const before = refusalOf(path, await stat(path), options);
  if (before !== undefined) return before;
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    const now = refusalOf(path, stats, options);
    if (now !== undefined) return now;
    const bytes = await readUpTo(file, options.limitBytes + 1);
    return bytes.length > options.limitBytes ? tooLarge(path, options) : { kind: 'bytes', bytes, stats };
  } finally {
    await file.close();
  }
}

/** Some files (/proc, one that is being written) hold more than their size says. */
async function readUpTo(file: FileHandle, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let length = 0; length < limitBytes;) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, limitBytes - length));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks);
}

function refusalOf(path: string, stats: Stats, options: ReadTextOptions): Refused | undefined {
  if (stats.isDirectory()) {
    return refused(problem('not-a-file', `${quote(path)} is a folder.`, `Name the ${options.noun} file inside it.`));
  }
  if (!stats.isFile()) {
    const hint = `Save the ${options.noun} as an ordinary file first; pipes and devices are not read.`;
    return refused(problem('not-a-file', `${quote(path)} is not an ordinary file.`, hint));
  }
  return stats.size > options.limitBytes ? tooLarge(path, options) : undefined;
}

function tooLarge(path: string, { limitBytes, noun, whenTooLarge }: ReadTextOptions): Refused {
  const message = `${quote(path)} is larger than ${withArticle(noun)} may be (${limitBytes} bytes); it was not read.`;
  return refused(problem('too-large', message, whenTooLarge));
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function ioProblem(path: string, error: unknown): Diagnostic {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const name = quote(path);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return problem('not-found', `There is no file ${name}.`);
    case 'EACCES':
    case 'EPERM':
      return problem('unreadable', `${name} may not be read by this user.`, 'Check its owner and mode with `ls -l`.');
    case 'ELOOP':
      return problem('unreadable', `${name} is a symbolic link that leads back to itself.`);
    case 'ENAMETOOLONG':
      return problem('not-found', `${name} is too long to be the name of a file.`);
    case 'ERR_INVALID_ARG_VALUE':
      return problem('not-found', `${name} can't be the name of a file: it contains a NUL character.`);
    default: {
      const reason = error instanceof Error ? error.message : String(error);
      return problem('unreadable', `${name} could not be read: ${reason}`);
    }
  }
}

function problem(name: string, message: string, hint?: string): Diagnostic {
  return { code: `blueprint/${name}`, level: 'error', message, ...(hint !== undefined && { hint }) };
}

function refused(diagnostic: Diagnostic): Refused {
  return { kind: 'refused', diagnostic };
}

type Decoded = { readonly kind: 'text'; readonly source: SourceText } | Refused;

function decode(path: string, bytes: Buffer, { noun }: ReadTextOptions): Decoded {
  if (UTF16_MARKS.includes(bytes.toString('hex', 0, UTF16_MARK_BYTES))) {
    const hint = 'Save it as UTF-8: iconv -f UTF-16 -t UTF-8';
    return refused(problem('encoding', `${quote(path)} is UTF-16 text; ${withArticle(noun)} is UTF-8.`, hint));
  }
  if (!isUtf8(bytes)) return refused(notUtf8(path, bytes));
  const text = bytes.toString('utf8');
  const source = new SourceText(path, text.startsWith(UTF8_BOM) ? text.slice(1) : text);
  const odd = NOT_PRINTABLE.exec(source.text);
  if (odd === null) return { kind: 'text', source };
  const { excerpt: _, ...where } = source.position(odd.index);
  const point = odd[0].charCodeAt(0).toString(HEXADECIMAL).toUpperCase().padStart(CODE_POINT_DIGITS, '0');
  const message = `${quote(path)} contains the control character U+${point}: it is no text, or it is damaged.`;
  return refused({ ...problem('encoding', message), where });
}

function notUtf8(path: string, bytes: Buffer): Diagnostic {
  let line = 1;
  let start = 0;
  for (;;) {
    const next = bytes.indexOf(LINE_FEED, start);
    const end = next === -1 ? bytes.length : next;
    const part = bytes.subarray(start, end);
    if (!isUtf8(part) || next === -1) {
      const where = { path, line, column: validPrefixLength(part) + 1 };
      const hint = 'Save it as UTF-8: iconv -f ISO-8859-15 -t UTF-8, or whatever its encoding is.';
      return { ...problem('encoding', `${quote(path)} is not UTF-8 text.`, hint), where };
    }
    line += 1;
    start = end + 1;
  }
}

/** How much of a line is UTF-8, in UTF-16 units. */
function validPrefixLength(line: Buffer): number {
  let units = 0;
  let offset = 0;
  for (const character of line.toString('utf8')) {
    const encoded = Buffer.from(character);
    if (!encoded.equals(line.subarray(offset, offset + encoded.length))) break;
    offset += encoded.length;
    units += character.length;
  }
  return units;
}
