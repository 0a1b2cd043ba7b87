/** Sets of bytes, as bits of eight words. */
export type ByteSet = Uint32Array;

const WORDS = 8;
const BITS = 32;
const BYTES = 256;

export function emptySet(): ByteSet {
  return new Uint32Array(WORDS);
}

export function addByte(set: ByteSet, byte: number): void {
  const word = set[byte >>> 5] ?? 0;
  set[byte >>> 5] = word | (1 << (byte & (BITS - 1)));
}

export function invert(set: ByteSet): ByteSet {
  return set.map((word) => ~word);
}

export function setOf(bytes: string): ByteSet {
  const set = emptySet();
  for (const one of bytes) addByte(set, one.charCodeAt(0));
  return set;
}

export function rangeOf(from: number, to: number): ByteSet {
  const set = emptySet();
  for (let byte = Math.min(from, to); byte <= Math.max(from, to) && byte < BYTES; byte += 1) addByte(set, byte);
  return set;
}

export function addAll(set: ByteSet, more: ByteSet): void {
  more.forEach((word, index) => {
    set[index] = (set[index] ?? 0) | word;
  });
}

export function meet(a: ByteSet, b: ByteSet): boolean {
  for (let index = 0; index < WORDS; index += 1) if (((a[index] ?? 0) & (b[index] ?? 0)) !== 0) return true;
  return false;
}
