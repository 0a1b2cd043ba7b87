import { type ByteText, compareBytes } from '../../../core/byte-text.ts';
import type { FileType, Walked } from './walked.ts';
import { ENTRIES_MAX, type Walk } from './walk.ts';

/** Three texts for each path, each ended by NUL: what stat(2) says, the name, where a link points. */
export const GNU_PRINT = String.raw`%y %m %U %G %s %T@ %C@ %i %D\0%p\0%l\0`;

const TYPES: Readonly<Record<string, FileType>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  p: 'fifo',
  s: 'socket',
  c: 'character-device',
  b: 'block-device',
};
const FIELDS =
  /^(\S) ([0-7]{1,4}) ([0-9]{1,10}) ([0-9]{1,10}) ([0-9]{1,19}) (-?[0-9]+\.[0-9]{9})[0-9]* (-?[0-9]+\.[0-9]{9})[0-9]* ([0-9]{1,20}) ([0-9]{1,20})$/;
const OCTAL = 8;

/**
 * Reads what GNU find(1) printed. Records stay as they came until somebody asks for one: half a million of them are some
 * hundred megabytes as bytes, and several times that as objects. `undefined` where the output is not whole.
 */
export function readGnuFind(output: Uint8Array): Walk | undefined {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.length);
  const records: { readonly path: ByteText; readonly start: number }[] = [];
  for (let start = 0; start < bytes.length;) {
    const nameStart = bytes.indexOf(0, start) + 1;
    const targetStart = nameStart === 0 ? 0 : bytes.indexOf(0, nameStart) + 1;
    const end = targetStart === 0 ? 0 : bytes.indexOf(0, targetStart) + 1;
    if (end === 0 || records.length >= ENTRIES_MAX) return undefined;
    records.push({ path: bytes.toString('latin1', nameStart, targetStart - 1), start });
    start = end;
  }
  records.sort((a, b) => compareBytes(a.path, b.path));
  const unique = records.filter(({ path }, index) => path !== records[index - 1]?.path);
  const starts = unique.map(({ start }) => start);
  return {
    paths: unique.map(({ path }) => path),
    at: (index) => readRecord(bytes, starts[index] ?? bytes.length),
  };
}

function readRecord(bytes: Buffer, start: number): Walked {
  const nameStart = bytes.indexOf(0, start) + 1;
  const targetStart = bytes.indexOf(0, nameStart) + 1;
  const path = bytes.toString('latin1', nameStart, targetStart - 1);
  const fields = FIELDS.exec(bytes.toString('latin1', start, nameStart - 1));
  if (fields === null) throw new Error(`find(1) described ${JSON.stringify(path)} in another way than it was asked to`);
  const [, letter = '', mode = '', uid, gid, size, modified = '', changed = '', inode = '', device = ''] = fields;
  const type = TYPES[letter] ?? 'other';
  return {
    path,
    type,
    mode: Number.parseInt(mode, OCTAL),
    uid: Number(uid),
    gid: Number(gid),
    sizeBytes: Number(size),
    ...(type === 'symlink' && { target: bytes.toString('latin1', targetStart, bytes.indexOf(0, targetStart)) }),
    identity: { modified, changed, inode, device },
  };
}
