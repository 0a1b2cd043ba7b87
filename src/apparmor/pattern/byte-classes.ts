import { BYTES, type ByteSet } from './byte-set.ts';

/** Bytes that no set of a pattern tells apart are one class. */
export interface ByteClasses {
  /** The class of each byte. */
  readonly of: Readonly<Uint16Array>;
  readonly count: number;
  /** A byte of each class, printable where there is one: examples are shown to people. */
  readonly examples: readonly number[];
}

export function byteClasses(sets: Iterable<ByteSet>): ByteClasses {
  let of: Uint16Array = new Uint16Array(BYTES);
  let count = 1;
  for (const set of sets) ({ of, count } = paired({ of, count }, set, 2));
  return { of, count, examples: examplesOf(of, count) };
}

/** Classes of two at once: bytes are in one where they are in one of both. */
export function commonClasses(a: ByteClasses, b: ByteClasses): ByteClasses {
  const { of, count } = paired(a, b.of, b.count);
  return { of, count, examples: examplesOf(of, count) };
}

/** Numbers the pairs of two divisions, in the order of the bytes that have them first. */
function paired(
  a: Pick<ByteClasses, 'of' | 'count'>,
  b: Readonly<Uint16Array> | ByteSet,
  countOfB: number,
): { of: Uint16Array; count: number } {
  // One more than the number of each pair that was seen.
  const numbers = new Uint16Array(a.count * countOfB);
  const of = new Uint16Array(BYTES);
  let count = 0;
  for (let byte = 0; byte < BYTES; byte += 1) {
    const pair = (a.of[byte] ?? 0) * countOfB + (b[byte] ?? 0);
    if (numbers[pair] === 0) {
      count += 1;
      numbers[pair] = count;
    }
    of[byte] = (numbers[pair] ?? 1) - 1;
  }
  return { of, count };
}

const READABLE = new TextEncoder().encode('axyzbcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-~.+:=@%,');

function examplesOf(of: Uint16Array, count: number): readonly number[] {
  const examples = Array.from<number | undefined>({ length: count });
  for (const byte of READABLE) examples[of[byte] ?? 0] ??= byte;
  for (let byte = 0x20; byte < 0x7f; byte += 1) examples[of[byte] ?? 0] ??= byte;
  for (let byte = 1; byte < BYTES; byte += 1) examples[of[byte] ?? 0] ??= byte;
  return examples.map((byte) => byte ?? 0);
}
