import { createHash } from 'node:crypto';
import type { ByteText } from '../../../core/byte-text.ts';
import type { CompiledProfile } from '../state.ts';

/** Tags of the stream that the kernel is given: `enum aa_code` of security/apparmor/include/policy_unpack.h. */
const TAG = {
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
const SIZE_BYTES: ReadonlyMap<number, number> = new Map([
  [TAG.u8, 1],
  [TAG.u16, 2],
  [TAG.u32, 4],
  [TAG.u64, 8],
  [TAG.array, 2],
  [TAG.struct, 0],
  [TAG.structEnd, 0],
  [TAG.list, 0],
  [TAG.listEnd, 0],
  [TAG.arrayEnd, 0],
]);
const TEXT_LENGTH_BYTES = 2;
const BLOB_LENGTH_BYTES = 4;
const VERSION_BYTES = 4;
/** The largest policies have some thousands; each takes two digests, and one can be written in ten bytes. */
const MOST_PROFILES = 50_000;

/**
 * The profiles of a compiled policy, each with the digests that the kernel shows of it: over the version of its header and the
 * bytes from its own name to its end (aa_unpack() and aa_calc_profile_hash() of security/apparmor). `undefined` for what is no
 * such policy.
 */
export function profilesIn(bytes: Uint8Array): readonly CompiledProfile[] | undefined {
  const walker = new Walker(bytes);
  const profiles: CompiledProfile[] = [];
  let version: number | undefined;
  while (!walker.isAtEnd) {
    const start = walker.at;
    const name = walker.text(TAG.name);
    if (name === 'version') version = walker.u32();
    else if (name === 'namespace') walker.text(TAG.string);
    else if (name === 'profile' && version !== undefined) {
      const profile = walker.struct();
      if (profile === undefined || profiles.length === MOST_PROFILES) return undefined;
      profiles.push({ name: profile, ...digests(version, bytes.subarray(start, walker.at)) });
    } else return undefined;
    if (walker.isBroken) return undefined;
  }
  return profiles;
}

function digests(version: number, bytes: Uint8Array): Pick<CompiledProfile, 'sha1' | 'sha256'> {
  const header = Buffer.alloc(VERSION_BYTES);
  header.writeUInt32LE(version);
  const of = (algorithm: string): string => createHash(algorithm).update(header).update(bytes).digest('hex');
  return { sha1: of('sha1'), sha256: of('sha256') };
}

/** Goes through the stream once; what breaks its rules breaks the walker for good. */
class Walker {
  readonly #bytes: Buffer;
  at = 0;
  isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.isBroken || this.at >= this.#bytes.length;
  }

  /** The text of a tag, without the NUL at its end. */
  text(tag: number): ByteText | undefined {
    if (this.#bytes[this.at] !== tag || this.at + 1 + TEXT_LENGTH_BYTES > this.#bytes.length) return this.#broken();
    const length = this.#bytes.readUInt16LE(this.at + 1);
    const start = this.at + 1 + TEXT_LENGTH_BYTES;
    if (length === 0 || start + length > this.#bytes.length) return this.#broken();
    this.at = start + length;
    return this.#bytes.toString('latin1', start, start + length - 1);
  }

  u32(): number | undefined {
    if (this.#bytes[this.at] !== TAG.u32 || this.at + 1 + VERSION_BYTES > this.#bytes.length) return this.#broken();
    this.at += 1 + VERSION_BYTES;
    return this.#bytes.readUInt32LE(this.at - VERSION_BYTES);
  }

  /** Passes a structure with all that is in it; its first text is the name. */
  struct(): ByteText | undefined {
    if (this.#bytes[this.at] !== TAG.struct) return this.#broken();
    let depth = 0;
    let name: ByteText | undefined;
    do {
      const tag = this.#bytes[this.at];
      if (tag === TAG.struct) depth += 1;
      if (tag === TAG.structEnd) depth -= 1;
      if (tag === TAG.name || tag === TAG.string) {
        const text = this.text(tag);
        if (tag === TAG.string) name ??= text;
      } else this.#pass(tag);
    } while (depth > 0 && !this.isAtEnd);
    return depth === 0 && !this.isBroken ? name : this.#broken();
  }

  #pass(tag: number | undefined): void {
    const fixed = tag === undefined ? undefined : SIZE_BYTES.get(tag);
    if (fixed !== undefined) this.at += 1 + fixed;
    else if (tag === TAG.blob && this.at + 1 + BLOB_LENGTH_BYTES <= this.#bytes.length)
      this.at += 1 + BLOB_LENGTH_BYTES + this.#bytes.readUInt32LE(this.at + 1);
    else this.#broken();
    if (this.at > this.#bytes.length) this.#broken();
  }

  #broken(): undefined {
    this.isBroken = true;
  }
}
