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
  let found: Found = { of: new Uint16Array(BYTES), count: 1 };
  for (const set of sets) found = refined(found, { of: set, count: 2 });
  return withExamples(found);
}

/** Classes of several at once: bytes are in one where they are in one of each. */
export function commonClasses(first: ByteClasses, others: readonly ByteClasses[]): ByteClasses {
  return others.length === 0 ? first : withExamples(others.reduce<Found>(refined, first));
}

interface Found {
  readonly of: ArrayLike<number>;
  readonly count: number;
}

const NEW = -1;

/** Classes are numbered by their lowest bytes. */
function refined(a: Found, b: Found): { readonly of: Uint16Array; readonly count: number } {
  const ids = new Int16Array(a.count * b.count).fill(NEW);
  const of = new Uint16Array(BYTES);
  let count = 0;
  for (let byte = 0; byte < BYTES; byte += 1) {
    const pair = (a.of[byte] ?? 0) * b.count + (b.of[byte] ?? 0);
    let id = ids[pair] ?? NEW;
    if (id === NEW) {
      id = count;
      ids[pair] = id;
      count += 1;
    }
    of[byte] = id;
  }
  return { of, count };
}

function withExamples({ of, count }: Found): ByteClasses {
  return { of: of instanceof Uint16Array ? of : Uint16Array.from(of), count, examples: examplesOf(of, count) };
}

const READABLE = new TextEncoder().encode('axyzbcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-~.+:=@%,');

/** All but NUL, those first that are read most easily. */
const LIKED_BYTES: Uint8Array = Uint8Array.from(
  new Set([
    ...READABLE,
    ...Array.from({ length: 0x7f - 0x20 }, (_, index) => 0x20 + index),
    ...Array.from({ length: BYTES - 1 }, (_, index) => 1 + index),
  ]),
);

function examplesOf(of: ArrayLike<number>, count: number): readonly number[] {
  // No class has NUL for its example: it is what stands for none yet.
  const examples = Array.from({ length: count }, () => 0);
  let missing = count;
  for (const byte of LIKED_BYTES) {
    const id = of[byte] ?? 0;
    if (examples[id] !== 0) continue;
    examples[id] = byte;
    missing -= 1;
    if (missing === 0) break;
  }
  return examples;
}
