import { damaged, hostile } from '../refusal.ts';

export const BLOCK_BYTES = 512;

/** One 512-byte header as it stands (tar(5); POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). */
export interface Header {
  /** Bytes as Latin-1: names have no encoding. */
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly typeflag: string;
}

/** Where the fields stand: start and end. */
const FIELD = {
  name: [0, 100],
  mode: [100, 108],
  uid: [108, 116],
  gid: [116, 124],
  size: [124, 136],
  checksum: [148, 156],
  typeflag: [156, 157],
  linkName: [157, 257],
  magic: [257, 263],
  prefix: [345, 500],
} as const;

type Field = readonly [start: number, end: number];

const SPACE = 0x20;
const BASE256_FLAG = 0x80;
const BASE256_FIRST_BITS = 0x7f;
const BYTE_VALUES = 256;
const OCTAL = 8;
const PERMISSION_BITS = 0o7777;

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Whether a block is a header: the only sign that all kinds of tar share is its sum. */
export function hasHeaderSum(block: Buffer): boolean {
  const noted = octal(textOf(block, FIELD.checksum));
  const [start, end] = FIELD.checksum;
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < block.length; index += 1) {
    const counted = index >= start && index < end ? SPACE : (block[index] ?? 0);
    unsigned += counted;
    signed += counted < BASE256_FLAG ? counted : counted - BYTE_VALUES;
  }
  // Some old programs summed signed characters (tar(5)).
  return noted !== undefined && (noted === unsigned || noted === signed);
}

/** Throws a `HostError` for what is no header; `place` says where it stands. */
export function parseHeader(block: Buffer, place: string): Header {
  if (!hasHeaderSum(block)) throw damaged(`${place}: this is not the header of a tar (its checksum is wrong)`);
  const number = (field: Field, what: string): number => {
    const value = numberOf(block, field);
    if (value === undefined) throw damaged(`${place}: the ${what} in this header is not a number`);
    return value;
  };
  return {
    name: nameOf(block),
    linkName: textOf(block, FIELD.linkName),
    mode: number(FIELD.mode, 'mode') & PERMISSION_BITS,
    uid: number(FIELD.uid, 'owner'),
    gid: number(FIELD.gid, 'group'),
    size: number(FIELD.size, 'size'),
    typeflag: textOf(block, FIELD.typeflag),
  };
}

/** The last of the places for numbers of GNU's sparse files; the header of such a file is also in use beyond ustar. */
export function numberAt(block: Buffer, field: Field, place: string): number {
  const value = numberOf(block, field);
  if (value === undefined) throw hostile(`${place}: the map of a sparse file holds something else than numbers`);
  return value;
}

/** Only POSIX's own magic (with its NUL) means that there is a prefix: GNU keeps other things in its place. */
function nameOf(block: Buffer): string {
  const name = textOf(block, FIELD.name);
  if (block.toString('latin1', ...FIELD.magic) !== 'ustar\0') return name;
  const prefix = textOf(block, FIELD.prefix);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textOf(block: Buffer, [start, end]: Field): string {
  const text = block.toString('latin1', start, end);
  const terminator = text.indexOf('\0');
  return terminator === -1 ? text : text.slice(0, terminator);
}

/** Octal digits, or GNU's and star's big-endian binary with the first bit set (tar(5), "Numeric Extensions"). */
function numberOf(block: Buffer, [start, end]: Field): number | undefined {
  const first = block[start] ?? 0;
  if ((first & BASE256_FLAG) === 0) return octal(textOf(block, [start, end]));
  // The second bit is the sign; nothing that is read here can be negative.
  let value = first & BASE256_FIRST_BITS;
  for (const byte of block.subarray(start + 1, end)) {
    value = value * BYTE_VALUES + byte;
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return value;
}

/** Blank is zero. */
function octal(field: string): number | undefined {
  const digits = /^ *([0-7]*) *$/.exec(field)?.[1];
  return digits === undefined ? undefined : Number.parseInt(`0${digits}`, OCTAL);
}
