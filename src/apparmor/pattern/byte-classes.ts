import { BYTES, type ByteSet, onlyByte } from './byte-set.ts';

/** Bytes that no set of a pattern tells apart are one class. */
export interface ByteClasses {
  /** The class of each byte. */
  readonly of: Readonly<Uint8Array>;
  readonly count: number;
  /** A byte of each class, printable where there is one: examples are shown to people. */
  readonly examples: readonly number[];
}

export function byteClasses(sets: Iterable<ByteSet>): ByteClasses {
  // Most sets are of one byte, and all of those are told apart at once.
  const single = new Uint8Array(BYTES);
  let count = 1;
  let found: Found = ONE_CLASS;
  for (const set of sets) {
    const only = onlyByte(set);
    if (only === undefined) found = refined(found, { of: set, count: 2 });
    else if (single[only] === 0) {
      single[only] = count;
      count += 1;
    }
  }
  return withExamples(refined(found, { of: single, count }));
}

/** Classes of several at once: bytes are in one where they are in one of each. */
export function commonClasses(first: ByteClasses, others: readonly ByteClasses[]): ByteClasses {
  return others.length === 0 ? first : withExamples(others.reduce<Found>(refined, first));
}

interface Found {
  readonly of: Readonly<Uint8Array>;
  readonly count: number;
}

const ONE_CLASS: Found = { of: new Uint8Array(BYTES), count: 1 };
const NEW = -1;

/** Classes are numbered by their lowest bytes. */
function refined(a: Found, b: Found): Found {
  const ids = new Int16Array(a.count * b.count).fill(NEW);
  const of = new Uint8Array(BYTES);
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
  return { of, count, examples: examplesOf(of, count) };
}

const READABLE = new TextEncoder().encode('axyzbcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-~.+:=@%,');
const FIRST_SHOWN = 0x20;
const LAST_SHOWN = 0x7e;

/** All bytes, those first that are read most easily; NUL is in no path. */
const BY_READABILITY: Readonly<Uint8Array> = Uint8Array.from(
  new Set([...READABLE, ...range(FIRST_SHOWN, LAST_SHOWN), ...range(1, BYTES - 1)]),
);

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function examplesOf(of: Readonly<Uint8Array>, count: number): readonly number[] {
  // What only NUL is in has no other example.
  const examples = Array.from<number>({ length: count }).fill(0);
  let open = count;
  for (const byte of BY_READABILITY) {
    const own = of[byte] ?? 0;
    if (examples[own] !== 0) continue;
    examples[own] = byte;
    open -= 1;
    if (open === 0) break;
  }
  return examples;
}
