import { Buffer } from 'node:buffer';

const UINT32_BYTES = 4;
const UINT64_BYTES = 8;
const EMPTY = Buffer.alloc(0);

/** Reads the data types of RFC 4251 section 5. What isn't there reads as nothing, and `isWhole` says so at the end. */
export class WireReader {
  readonly #bytes: Buffer;
  #offset = 0;
  #isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Whether everything was there that was read, and nothing is left. */
  get isWhole(): boolean {
    return !this.#isBroken && this.#offset === this.#bytes.length;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Where the next read begins. */
  get offset(): number {
    return this.#offset;
  }

  bytes(length: number): Buffer {
    const end = this.#offset + length;
    if (this.#isBroken || end > this.#bytes.length) {
      this.#isBroken = true;
      return EMPTY;
    }
    const taken = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }

  byte(): number {
    return this.bytes(1)[0] ?? 0;
  }

  uint32(): number {
    const taken = this.bytes(UINT32_BYTES);
    return taken.length === 0 ? 0 : taken.readUInt32BE();
  }

  uint64(): bigint {
    const taken = this.bytes(UINT64_BYTES);
    return taken.length === 0 ? 0n : taken.readBigUInt64BE();
  }

  string(): Buffer {
    return this.bytes(this.uint32());
  }

  /** A string of bytes as the text that has these bytes: names of the protocol are ASCII. */
  text(): string {
    return this.string().toString('latin1');
  }

  /** A number that is not negative, its bytes without leading zeros; `undefined` for a negative one. */
  unsigned(): Buffer | undefined {
    const taken = this.string();
    if (((taken[0] ?? 0) & 0x80) !== 0) return undefined;
    let start = 0;
    while (taken[start] === 0) start += 1;
    return taken.subarray(start);
  }

  /** All strings that are left. */
  strings(): readonly Buffer[] {
    const all: Buffer[] = [];
    while (!this.#isBroken && this.#offset < this.#bytes.length) all.push(this.string());
    return all;
  }

  slice(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end);
  }
}

/** A string of RFC 4251 section 5. */
export function wireString(content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(UINT32_BYTES);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
