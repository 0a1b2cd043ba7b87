/** How far a digest can vouch for bytes: `weak` ones can be made to collide, `unknown` ones can't be computed here. */
export type Strength = 'strong' | 'weak' | 'unknown';

export interface ChecksumAlgorithm {
  /** What people call it: `SHA-256`. */
  readonly title: string;
  /** As node:crypto names it; `undefined` for `unknown` ones. */
  readonly hash?: string;
  readonly strength: Strength;
}

/** Which digests the lines without a tag hold: their length says the rest. */
export type UntaggedFamily = 'sha2' | 'sha3' | 'blake2b';

const HEX_DIGITS_PER_BYTE = 2;
const BITS_PER_HEX_DIGIT = 4;

const MD5 = { title: 'MD5', hash: 'md5', strength: 'weak' } as const;
const SHA1 = { title: 'SHA-1', hash: 'sha1', strength: 'weak' } as const;
const RIPEMD160 = { title: 'RIPEMD-160', hash: 'ripemd160', strength: 'weak' } as const;
const SHA224 = strong('SHA-224', 'sha224');
const SHA256 = strong('SHA-256', 'sha256');
const SHA384 = strong('SHA-384', 'sha384');
const SHA512 = strong('SHA-512', 'sha512');
const SHA512_256 = strong('SHA-512/256', 'sha512-256');
const SHA3_224 = strong('SHA3-224', 'sha3-224');
const SHA3_256 = strong('SHA3-256', 'sha3-256');
const SHA3_384 = strong('SHA3-384', 'sha3-384');
const SHA3_512 = strong('SHA3-512', 'sha3-512');
const BLAKE2B = strong('BLAKE2b', 'blake2b512');
const BLAKE2S = strong('BLAKE2s', 'blake2s256');

interface Tagged {
  readonly algorithm: ChecksumAlgorithm;
  readonly hexDigits: number;
}

/** The words before the parenthesis: of coreutils and the BSDs, and of `openssl dgst` 1.1 and 3.0. */
const TAGS: ReadonlyMap<string, Tagged> = new Map<string, Tagged>([
  ['MD5', tagged(MD5, 128)],
  ['SHA1', tagged(SHA1, 160)],
  ['RMD160', tagged(RIPEMD160, 160)],
  ['RIPEMD160', tagged(RIPEMD160, 160)],
  ['RIPEMD-160', tagged(RIPEMD160, 160)],
  ['SHA224', tagged(SHA224, 224)],
  ['SHA2-224', tagged(SHA224, 224)],
  ['SHA256', tagged(SHA256, 256)],
  ['SHA2-256', tagged(SHA256, 256)],
  ['SHA384', tagged(SHA384, 384)],
  ['SHA2-384', tagged(SHA384, 384)],
  ['SHA512', tagged(SHA512, 512)],
  ['SHA2-512', tagged(SHA512, 512)],
  ['SHA512/256', tagged(SHA512_256, 256)],
  ['SHA512-256', tagged(SHA512_256, 256)],
  ['SHA2-512/256', tagged(SHA512_256, 256)],
  ['SHA3-224', tagged(SHA3_224, 224)],
  ['SHA3-256', tagged(SHA3_256, 256)],
  ['SHA3-384', tagged(SHA3_384, 384)],
  ['SHA3-512', tagged(SHA3_512, 512)],
  ['BLAKE2b', tagged(BLAKE2B, 512)],
  ['BLAKE2B', tagged(BLAKE2B, 512)],
  ['BLAKE2b512', tagged(BLAKE2B, 512)],
  ['BLAKE2B-512', tagged(BLAKE2B, 512)],
  ['BLAKE2b-512', tagged(BLAKE2B, 512)],
  ['BLAKE2s256', tagged(BLAKE2S, 256)],
  ['BLAKE2S-256', tagged(BLAKE2S, 256)],
]);

/** b2sum --length: node:crypto has the full length only. */
const SHORTENED_BLAKE2 = /^BLAKE2b-(\d{1,3})$/;

const BY_LENGTH: Readonly<Record<UntaggedFamily, ReadonlyMap<number, ChecksumAlgorithm>>> = {
  sha2: byBits([MD5, 128], [SHA1, 160], [SHA224, 224], [SHA256, 256], [SHA384, 384], [SHA512, 512]),
  sha3: byBits([SHA3_224, 224], [SHA3_256, 256], [SHA3_384, 384], [SHA3_512, 512]),
  blake2b: byBits([BLAKE2B, 512]),
};

/** What a tag stands for, and how many hexadecimal digits belong to it; `undefined` for a word that is none. */
export function algorithmOfTag(tag: string): Tagged | undefined {
  const known = TAGS.get(tag);
  if (known !== undefined) return known;
  const bits = Number(SHORTENED_BLAKE2.exec(tag)?.[1] ?? 0);
  return isShortenedBlake2(bits)
    ? { algorithm: shortenedBlake2(bits), hexDigits: bits / BITS_PER_HEX_DIGIT }
    : undefined;
}

/** What a digest of so many hexadecimal digits is in a list without tags; `undefined` where no digest is so long. */
export function algorithmOfLength(hexDigits: number, family: UntaggedFamily): ChecksumAlgorithm | undefined {
  const known = BY_LENGTH[family].get(hexDigits);
  if (known !== undefined || family !== 'blake2b') return known;
  const bits = hexDigits * BITS_PER_HEX_DIGIT;
  return isShortenedBlake2(bits) ? shortenedBlake2(bits) : undefined;
}

/** A list's own name tells SHA-512 from BLAKE2b, which are equally long: `B2SUMS`, `x.tar.b2`, `SHA3-256SUMS`. */
export function familyOf(fileName: string): UntaggedFamily {
  if (/(?:^|[^a-z])b2(?:sums?|$|[^a-z0-9])|blake2b?/i.test(fileName)) return 'blake2b';
  return /sha3/i.test(fileName) ? 'sha3' : 'sha2';
}

const BLAKE2_MOST_BITS = 512;
const BITS_PER_BYTE = HEX_DIGITS_PER_BYTE * BITS_PER_HEX_DIGIT;

function isShortenedBlake2(bits: number): boolean {
  return bits > 0 && bits < BLAKE2_MOST_BITS && bits % BITS_PER_BYTE === 0;
}

function shortenedBlake2(bits: number): ChecksumAlgorithm {
  return { title: `BLAKE2b-${bits}`, strength: 'unknown' };
}

function strong(title: string, hash: string): ChecksumAlgorithm {
  return { title, hash, strength: 'strong' };
}

function tagged(algorithm: ChecksumAlgorithm, bits: number): Tagged {
  return { algorithm, hexDigits: bits / BITS_PER_HEX_DIGIT };
}

function byBits(...entries: readonly (readonly [ChecksumAlgorithm, number])[]): ReadonlyMap<number, ChecksumAlgorithm> {
  return new Map(entries.map(([algorithm, bits]) => [bits / BITS_PER_HEX_DIGIT, algorithm]));
}
