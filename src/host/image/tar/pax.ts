import { damaged } from '../refusal.ts';

/** The records of an extended header that say something about what is read here; values are bytes as Latin-1. */
export interface PaxRecords {
  readonly values: ReadonlyMap<string, string>;
  /** GNU's sparse format 0.0 repeats two keys: their values in order. */
  readonly sparseOffsets: readonly string[];
  readonly sparseLengths: readonly string[];
}

export const NO_RECORDS: PaxRecords = { values: new Map(), sparseOffsets: [], sparseLengths: [] };

const LINE_END = 0x0a;
/** A record can't be longer than a header may be. */
const LENGTH_DIGITS = 10;

/** Takes `length key=value\n` records apart (POSIX.1-2017, pax, "pax Extended Header"). A later record replaces an earlier one. */
export function parsePax(bytes: Buffer, place: string): PaxRecords {
  const values = new Map<string, string>();
  const sparseOffsets: string[] = [];
  const sparseLengths: string[] = [];
  let position = 0;
  while (position < bytes.length) {
    const { key, value, end } = parseRecord(bytes, position, place);
    if (key === 'GNU.sparse.offset') sparseOffsets.push(value);
    else if (key === 'GNU.sparse.numbytes') sparseLengths.push(value);
    else values.set(key, value);
    position = end;
  }
  return { values, sparseOffsets, sparseLengths };
}

function parseRecord(
  bytes: Buffer,
  start: number,
  place: string,
): { readonly key: string; readonly value: string; readonly end: number } {
  const wrong = () => damaged(`${place}: a record of this extended header is malformed`);
  const head = bytes.toString('latin1', start, start + LENGTH_DIGITS);
  const digits = /^([1-9]\d*) /.exec(head)?.[1];
  if (digits === undefined) throw wrong();
  const end = start + Number(digits);
  const textStart = start + digits.length + 1;
  if (end > bytes.length || end <= textStart || bytes[end - 1] !== LINE_END) throw wrong();
  const text = bytes.toString('latin1', textStart, end - 1);
  const equals = text.indexOf('=');
  if (equals < 1) throw wrong();
  return { key: text.slice(0, equals), value: text.slice(equals + 1), end };
}

/** A decimal number of a record; `undefined` when there is none. */
export function paxNumber({ values }: PaxRecords, key: string, place: string): number | undefined {
  const text = values.get(key);
  return text === undefined || text === '' ? undefined : decimal(text, place);
}

export function decimal(text: string, place: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw damaged(`${place}: ${JSON.stringify(text)} stands where a number should`);
  return value;
}
