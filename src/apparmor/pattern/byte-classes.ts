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
  for (const set of sets) ({ of, count } = refined(of, set));
  return { of, count, examples: examplesOf(of, count) };
}

/** Classes of two at once: bytes are in one where they are in one of both. */
export function commonClasses(a: ByteClasses, b: ByteClasses): ByteClasses {
  const ids = new Map<number, number>();
  const of = Uint16Array.from({ length: BYTES }, (_, byte) => {
    const pair = (a.of[byte] ?? 0) * BYTES + (b.of[byte] ?? 0);
    const id = ids.get(pair) ?? ids.size;
    ids.set(pair, id);
    return id;
  });
  return { of, count: ids.size, examples: examplesOf(of, ids.size) };
}

function refined(of: Uint16Array, set: ByteSet): { of: Uint16Array; count: number } {
  const ids = new Map<number, number>();
  const finer = of.map((old, byte) => {
    const pair = old * 2 + (set[byte] ?? 0);
    const id = ids.get(pair) ?? ids.size;
    ids.set(pair, id);
    return id;
  });
  return { of: finer, count: ids.size };
}

const READABLE = new TextEncoder().encode('axyzbcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-~.+:=@%,');

function examplesOf(of: Uint16Array, count: number): readonly number[] {
  const examples = Array.from<number | undefined>({ length: count });
  for (const byte of READABLE) examples[of[byte] ?? 0] ??= byte;
  for (let byte = 0x20; byte < 0x7f; byte += 1) examples[of[byte] ?? 0] ??= byte;
  for (let byte = 1; byte < BYTES; byte += 1) examples[of[byte] ?? 0] ??= byte;
  return examples.map((byte) => byte ?? 0);
}
