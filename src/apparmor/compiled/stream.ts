import type { ByteText } from '../../core/byte-text.ts';
import { MalformedPolicy } from './malformed.ts';

/** enum sd_code of parser_interface.c, enum aa_code of policy_unpack.c. */
export const TAG = {
  u8: 0,
  u16: 1,
  u32: 2,
  u64: 3,
  name: 4,
  string: 5,
  blob: 6,
  struct: 7,
  structEnd: 8,
  list: 9,
  listEnd: 10,
  array: 11,
  arrayEnd: 12,
} as const;

type Tag = (typeof TAG)[keyof typeof TAG];

const U16_BYTES = 2;
const U32_BYTES = 4;
const U64_BYTES = 8;

/** Reads the tagged stream as the kernel does: an element may have a name in front of it, and is taken or left. */
export class PolicyStream {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  get offset(): number {
    return this.#at;
  }

  /** Steps over a tag and its name when they are the next; a stream without the name has none of it. */
  take(tag: Tag, name?: string): boolean {
    const start = this.#at;
    if (this.#bytes[this.#at] === TAG.name) {
      this.#at += 1;
      const found = this.#chunk();
      if (name !== undefined && found !== `${name}\0`) return this.#backTo(start);
    } else if (name !== undefined) return false;
    if (this.#bytes[this.#at] !== tag) return this.#backTo(start);
    this.#at += 1;
    return true;
  }

  /** The same for what must be there. */
  need(tag: Tag, what: string): void {
    if (!this.take(tag)) this.fail(`${what} is missing`);
  }

  u8(what: string): number {
    this.need(TAG.u8, what);
    return this.#view.getUint8(this.#forward(1));
  }

  u16(what: string): number {
    this.need(TAG.u16, what);
    return this.#view.getUint16(this.#forward(U16_BYTES), true);
  }

  u32(what: string): number {
    this.need(TAG.u32, what);
    return this.#view.getUint32(this.#forward(U32_BYTES), true);
  }

  u64(what: string): bigint {
    this.need(TAG.u64, what);
    return this.#view.getBigUint64(this.#forward(U64_BYTES), true);
  }

  optionalU32(name: string): number | undefined {
    return this.take(TAG.u32, name) ? this.#view.getUint32(this.#forward(U32_BYTES), true) : undefined;
  }

  /** Without the NUL at its end; one within (`:namespace\0profile`) stays. */
  string(what: string): ByteText {
    this.need(TAG.string, what);
    return this.#ended(what);
  }

  optionalString(name?: string): ByteText | undefined {
    return this.take(TAG.string, name) ? this.#ended(name ?? 'a string') : undefined;
  }

  optionalBlob(name?: string): Uint8Array | undefined {
    if (!this.take(TAG.blob, name)) return undefined;
    const size = this.#view.getUint32(this.#forward(U32_BYTES), true);
    const start = this.#forward(size);
    return this.#bytes.subarray(start, start + size);
  }

  /** The number of elements of an array that is the next. */
  optionalArray(name?: string): number | undefined {
    return this.take(TAG.array, name) ? this.#view.getUint16(this.#forward(U16_BYTES), true) : undefined;
  }

  array(what: string): number {
    return this.optionalArray() ?? this.fail(`${what} is missing`);
  }

  /** Closes an array or a struct. */
  end(tag: typeof TAG.arrayEnd | typeof TAG.structEnd, what: string): void {
    if (!this.take(tag)) this.fail(`the end of ${what} is missing, or something unknown stands before it`);
  }

  fail(reason: string): never {
    throw new MalformedPolicy(`at byte ${String(this.#at)}: ${reason}`);
  }

  #ended(what: string): ByteText {
    const text = this.#chunk();
    if (!text.endsWith('\0')) this.fail(`${what} does not end with NUL`);
    return text.slice(0, -1);
  }

  #chunk(): ByteText {
    const size = this.#view.getUint16(this.#forward(U16_BYTES), true);
    const start = this.#forward(size);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, size).toString('latin1');
  }

  #forward(sizeBytes: number): number {
    const start = this.#at;
    if (sizeBytes > this.#bytes.length - start) this.fail('the stream is cut off');
    this.#at += sizeBytes;
    return start;
  }

  #backTo(start: number): false {
    this.#at = start;
    return false;
  }
}
