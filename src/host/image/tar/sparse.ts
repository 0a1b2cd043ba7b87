import { EXTENT_LIMIT } from '../limits.ts';
import { hostile } from '../refusal.ts';
import type { ByteSource } from './byte-source.ts';
import { BLOCK_BYTES, numberAt } from './header.ts';
import { decimal, paxNumber, type PaxRecords } from './pax.ts';

/** A piece of a sparse file that is there; all others are zeros. */
export interface Piece {
  /** Where it stands in the file. */
  readonly offset: number;
  readonly length: number;
}

export interface SparseMap {
  readonly sizeBytes: number;
  readonly pieces: readonly Piece[];
  /** How much of the member's data the map itself takes (format 1.0). */
  readonly mapBytes: number;
}

/** Fields of GNU's old format: entries of offset and length, whether more blocks follow, the size of the file (tar(5)). */
const OLD = { firstEntry: 386, entries: 4, isExtended: 482, size: [483, 495] } as const;
const OLD_EXTENSION = { entries: 21, isExtended: 504 } as const;
const NUMBER_BYTES = 12;
const LINE_END = 0x0a;
const NUMBER_LIMIT_DIGITS = 16;

/** The map in the header of a member of type `S` and in the blocks that follow it. */
export async function readOldSparse(header: Buffer, source: ByteSource, place: string): Promise<SparseMap> {
  // The next read takes the header's memory.
  const sizeBytes = numberAt(header, OLD.size, place);
  const pieces = oldEntries(header, OLD.firstEntry, { count: OLD.entries, place });
  let isExtended = header[OLD.isExtended] !== 0;
  while (isExtended) {
    const block = await source.take(BLOCK_BYTES);
    if (block === undefined) throw hostile(`${place}: the map of a sparse file doesn't end`);
    pieces.push(...oldEntries(block, 0, { count: OLD_EXTENSION.entries, place }));
    checkCount(pieces.length, place);
    isExtended = block[OLD_EXTENSION.isExtended] !== 0;
  }
  return checked({ sizeBytes, pieces, mapBytes: 0 }, place);
}

function oldEntries(
  block: Buffer,
  start: number,
  { count, place }: { readonly count: number; readonly place: string },
): Piece[] {
  const pieces: Piece[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = start + index * 2 * NUMBER_BYTES;
    // The map ends with the first entry that has nothing in it.
    if (block[at] === 0) break;
    pieces.push({
      offset: numberAt(block, [at, at + NUMBER_BYTES], place),
      length: numberAt(block, [at + NUMBER_BYTES, at + 2 * NUMBER_BYTES], place),
    });
  }
  return pieces;
}

/** The map of GNU's formats 0.0, 0.1 and 1.0, which pax records announce (GNU tar manual, "Storing Sparse Files"). */
export async function readPaxSparse(
  records: PaxRecords,
  source: ByteSource,
  { dataBytes, place }: { readonly dataBytes: number; readonly place: string },
): Promise<SparseMap | undefined> {
  const { values } = records;
  if (values.get('GNU.sparse.major') === '1' && values.get('GNU.sparse.minor') === '0') {
    const sizeBytes = paxNumber(records, 'GNU.sparse.realsize', place);
    if (sizeBytes === undefined) throw hostile(`${place}: a sparse file doesn't say how large it is`);
    const { numbers, mapBytes } = await readMapLines(source, dataBytes, place);
    return checked({ sizeBytes, pieces: pairs(numbers, place), mapBytes }, place);
  }
  const sizeBytes = paxNumber(records, 'GNU.sparse.size', place);
  if (sizeBytes === undefined) {
    if ([...values.keys()].some((key) => key.startsWith('GNU.sparse.'))) {
      throw hostile(`${place}: a sparse file of a format that GNU tar never wrote`);
    }
    return undefined;
  }
  const map = values.get('GNU.sparse.map');
  const numbers =
    map === undefined
      ? records.sparseOffsets.flatMap((offset, index) => [offset, records.sparseLengths[index] ?? ''])
      : map.split(',').filter((text) => text !== '');
  const pieces = pairs(
    numbers.map((text) => decimal(text, place)),
    place,
  );
  return checked({ sizeBytes, pieces, mapBytes: 0 }, place);
}

/** Format 1.0: the map is a text at the start of the data, one number a line, in whole blocks. */
async function readMapLines(
  source: ByteSource,
  dataBytes: number,
  place: string,
): Promise<{ readonly numbers: readonly number[]; readonly mapBytes: number }> {
  const numbers: number[] = [];
  let line = '';
  let mapBytes = 0;
  let wanted = 1;
  while (numbers.length < wanted) {
    mapBytes += BLOCK_BYTES;
    const block = mapBytes <= dataBytes ? await source.take(BLOCK_BYTES) : undefined;
    if (block === undefined) throw hostile(`${place}: the map of a sparse file doesn't end`);
    for (const byte of block) {
      if (numbers.length === wanted) break;
      if (byte !== LINE_END) {
        line += String.fromCharCode(byte);
        if (line.length > NUMBER_LIMIT_DIGITS) throw hostile(`${place}: the map of a sparse file holds no numbers`);
        continue;
      }
      numbers.push(decimal(line, place));
      line = '';
      if (numbers.length === 1) {
        checkCount(numbers[0] ?? 0, place);
        wanted = 1 + 2 * (numbers[0] ?? 0);
      }
    }
  }
  return { numbers: numbers.slice(1), mapBytes };
}

function pairs(numbers: readonly number[], place: string): readonly Piece[] {
  if (numbers.length % 2 !== 0) throw hostile(`${place}: the map of a sparse file has an offset without a length`);
  checkCount(numbers.length / 2, place);
  const pieces: Piece[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    pieces.push({ offset: numbers[index] ?? 0, length: numbers[index + 1] ?? 0 });
  }
  return pieces;
}

function checkCount(count: number, place: string): void {
  if (count > EXTENT_LIMIT) throw hostile(`${place}: a sparse file in more than ${String(EXTENT_LIMIT)} pieces`);
}

/** Pieces come in order, one after the other, inside the file. */
function checked(map: SparseMap, place: string): SparseMap {
  let end = 0;
  for (const { offset, length } of map.pieces) {
    if (offset < end || offset + length > map.sizeBytes) {
      throw hostile(`${place}: the pieces of a sparse file overlap or reach beyond its end`);
    }
    end = offset + length;
  }
  return map;
}
