import { Buffer } from 'node:buffer';

const OCTET_BITS = 8;

/** What a file holds ended before what it announces. */
export class CutOff extends Error {
  override readonly name = 'CutOff';
}

/** Reads octets one field after another; {@link CutOff} where there are too few. */
export class OctetReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  octet(): number {
    return this.number(1);
  }

  /** Big-endian, as every number of OpenPGP (RFC 9580 section 3.1). */
  number(octets: number): number {
    return this.take(octets).reduce((sum, octet) => sum * 2 ** OCTET_BITS + octet, 0);
  }

  take(octets: number): Uint8Array {
    const end = this.#at + octets;
    if (end > this.#bytes.length) throw new CutOff('it is cut off');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }
}

/** Big-endian. */
export function numberOctets(value: number, octets: number): Uint8Array {
  return Uint8Array.from({ length: octets }, (_, index) =>
    Number(BigInt.asUintN(OCTET_BITS, BigInt(value) >> BigInt(OCTET_BITS * (octets - 1 - index)))),
  );
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex').toUpperCase();
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return joinAll(parts);
}

/** For as many as a stranger likes: a function can't have more than some ten thousand arguments. */
export function joinAll(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
