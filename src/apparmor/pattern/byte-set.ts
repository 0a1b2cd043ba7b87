/** Which of the 256 bytes are in a set: 1 or 0 for each. NUL never is: no path holds it. */
export type ByteSet = Readonly<Uint8Array>;

export const BYTES = 256;

const singles: readonly ByteSet[] = Array.from({ length: BYTES }, (_, byte) => byteSet((other) => other === byte));

/** The set of one byte: always the same object for the same byte. */
export function singleByte(byte: number): ByteSet {
  return singles[byte] ?? byteSet(() => false);
}

export function byteSet(isIn: (byte: number) => boolean): ByteSet {
  const set = new Uint8Array(BYTES);
  for (let byte = 1; byte < BYTES; byte += 1) if (isIn(byte)) set[byte] = 1;
  return set;
}

/** The byte of a set that has one only. */
export function onlyByte(set: ByteSet): number | undefined {
  const byte = set.indexOf(1);
  return byte === -1 || set.includes(1, byte + 1) ? undefined : byte;
}
