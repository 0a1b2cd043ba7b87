import { MalformedPolicy } from './malformed.ts';

/** The tables of an automaton as they stand in the policy: flex's format, big-endian (libapparmor_re/flex-tables.h). */
export interface FlexTables {
  readonly flags: number;
  readonly accept?: Uint32Array;
  readonly accept2?: Uint32Array;
  readonly base: Uint32Array;
  readonly default: Uint32Array;
  readonly next: Uint32Array;
  readonly check: Uint32Array;
  /** Bytes to classes of bytes that all states treat alike. */
  readonly equivalence?: Uint8Array;
}

const MAGIC = 0x1b5e783d;
const SET_HEADER_BYTES = 14;
const FLAGS_OFFSET = 12;
const TABLE_HEADER_BYTES = 12;
const LENGTH_OFFSET = 8;
const HIGH_LENGTH_OFFSET = 4;
const ALIGNMENT_BYTES = 8;
const BYTE_VALUES = 256;
const WIDTHS: ReadonlySet<number> = new Set([1, 2, 4]);
const WORD_BYTES = 4;
const HALF_WORD_BYTES = 2;

/** YYTD_ID_* with the sizes of elements that aa_dfa_unpack() of match.c takes. */
const TABLES: ReadonlyMap<number, { readonly name: string; readonly widths: readonly number[] }> = new Map([
  [1, { name: 'accept', widths: [WORD_BYTES] }],
  [2, { name: 'base', widths: [WORD_BYTES] }],
  [3, { name: 'check', widths: [HALF_WORD_BYTES, WORD_BYTES] }],
  [4, { name: 'default', widths: [HALF_WORD_BYTES, WORD_BYTES] }],
  [5, { name: 'equivalence', widths: [1] }],
  [7, { name: 'accept2', widths: [WORD_BYTES] }],
  [8, { name: 'next', widths: [HALF_WORD_BYTES, WORD_BYTES] }],
]);

/** Reads `aadfa`; what comes before the tables aligns them to eight bytes of the stream. */
export function readFlexTables(blob: Uint8Array): FlexTables {
  const padding = blob.length % ALIGNMENT_BYTES;
  const view = new DataView(blob.buffer, blob.byteOffset + padding, blob.length - padding);
  if (view.byteLength < SET_HEADER_BYTES || view.getUint32(0) !== MAGIC) fail('the automaton has no header');
  const tables = new Map<string, Uint32Array>();
  for (let at = headerBytes(view); at < view.byteLength;) at = readTable(view, at, tables);
  return whole(view.getUint16(FLAGS_OFFSET), tables);
}

function headerBytes(view: DataView): number {
  const size = view.getUint32(WORD_BYTES);
  if (size < SET_HEADER_BYTES || size > view.byteLength) fail('the header of the automaton has no sensible size');
  return size;
}

function readTable(view: DataView, at: number, tables: Map<string, Uint32Array>): number {
  if (view.byteLength - at < TABLE_HEADER_BYTES) fail('a table of the automaton is cut off');
  const id = view.getUint16(at);
  const width = view.getUint16(at + HALF_WORD_BYTES);
  const length = view.getUint32(at + LENGTH_OFFSET);
  const kind = TABLES.get(id);
  if (kind === undefined) return fail(`the automaton has a table of unknown kind ${String(id)}`);
  if (tables.has(kind.name)) fail(`the automaton has two tables "${kind.name}"`);
  if (!WIDTHS.has(width) || !kind.widths.includes(width)) fail(`table "${kind.name}" has elements of a wrong size`);
  const start = at + TABLE_HEADER_BYTES;
  if (view.getUint32(at + HIGH_LENGTH_OFFSET) !== 0 || length === 0 || length > (view.byteLength - start) / width)
    fail(`table "${kind.name}" has no sensible length`);
  tables.set(kind.name, readElements(view, start, { length, width }));
  return Math.min(aligned(start + length * width), view.byteLength);
}

function readElements(
  view: DataView,
  start: number,
  { length, width }: { readonly length: number; readonly width: number },
): Uint32Array {
  const elements = new Uint32Array(length);
  if (width === WORD_BYTES) for (let i = 0; i < length; i++) elements[i] = view.getUint32(start + i * WORD_BYTES);
  else if (width === HALF_WORD_BYTES)
    for (let i = 0; i < length; i++) elements[i] = view.getUint16(start + i * HALF_WORD_BYTES);
  else for (let i = 0; i < length; i++) elements[i] = view.getUint8(start + i);
  return elements;
}

/** Tables are padded from their own start, which is aligned. */
function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

function whole(flags: number, tables: ReadonlyMap<string, Uint32Array>): FlexTables {
  const need = (name: string): Uint32Array => tables.get(name) ?? fail(`the automaton has no table "${name}"`);
  const [base, fallback, next, check] = [need('base'), need('default'), need('next'), need('check')];
  const [accept, accept2, equivalence] = [tables.get('accept'), tables.get('accept2'), tables.get('equivalence')];
  for (const other of [fallback, accept, accept2])
    if (other !== undefined && other.length !== base.length) fail('tables of states differ in length');
  if (next.length !== check.length) fail('tables of transitions differ in length');
  if (equivalence !== undefined && equivalence.length !== BYTE_VALUES) fail('not every byte has a class');
  return {
    flags,
    base,
    default: fallback,
    next,
    check,
    ...(accept !== undefined && { accept }),
    ...(accept2 !== undefined && { accept2 }),
    ...(equivalence !== undefined && { equivalence: Uint8Array.from(equivalence) }),
  };
}

function fail(reason: string): never {
  throw new MalformedPolicy(reason);
}
