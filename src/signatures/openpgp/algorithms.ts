/** Algorithms of RFC 9580 section 9, and which of them count. */

export interface HashAlgorithm {
  /** As node:crypto names it. */
  readonly name: string;
  readonly title: string;
  readonly octets: number;
  /** Of a signature of version 6 (RFC 9580 section 9.5, table 23). */
  readonly saltOctets: number | undefined;
  readonly isWeak: boolean;
}

/**
 * MD5, SHA-1 and RIPEMD-160 never count: RFC 9580 section 9.5, and so do apt (its gpgv method calls them untrusted since 1.4)
 * and Sequoia's standard policy, which since 2026-02-01 takes SHA-1 for binding signatures no more either. SHA-224 counts as it
 * does there: NIST SP 800-131A revision 2 allows it for signatures, and its 112 bits are those of RSA with 2048.
 */
const HASHES: ReadonlyMap<number, HashAlgorithm> = new Map<number, HashAlgorithm>([
  [1, { name: 'md5', title: 'MD5', octets: 16, saltOctets: undefined, isWeak: true }],
  [2, { name: 'sha1', title: 'SHA-1', octets: 20, saltOctets: undefined, isWeak: true }],
  [3, { name: 'ripemd160', title: 'RIPEMD-160', octets: 20, saltOctets: undefined, isWeak: true }],
  [8, { name: 'sha256', title: 'SHA-256', octets: 32, saltOctets: 16, isWeak: false }],
  [9, { name: 'sha384', title: 'SHA-384', octets: 48, saltOctets: 24, isWeak: false }],
  [10, { name: 'sha512', title: 'SHA-512', octets: 64, saltOctets: 32, isWeak: false }],
  [11, { name: 'sha224', title: 'SHA-224', octets: 28, saltOctets: 16, isWeak: false }],
  [12, { name: 'sha3-256', title: 'SHA3-256', octets: 32, saltOctets: 16, isWeak: false }],
  [14, { name: 'sha3-512', title: 'SHA3-512', octets: 64, saltOctets: 32, isWeak: false }],
]);

export function hashAlgorithm(id: number): HashAlgorithm | undefined {
  return HASHES.get(id);
}

/** As the `Hash` header of a clear-signed message names it: RFC 9580 section 9.5. */
export function isHashName(text: string): boolean {
  return HASH_NAMES.has(text);
}

export function hashHeaderName({ name }: HashAlgorithm): string {
  return name.toUpperCase();
}

const HASH_NAMES: ReadonlySet<string> = new Set([...HASHES.values()].map(hashHeaderName));

/** Public-key algorithm ids that can sign. */
export const KEY_ALGORITHM = {
  rsa: 1,
  rsaSign: 3,
  dsa: 17,
  ecdsa: 19,
  eddsaLegacy: 22,
  ed25519: 27,
  ed448: 28,
} as const;

/** RFC 9580 sections 5.2.3.3 to 5.2.3.5: EdDSA MUST NOT sign a digest that is shorter. */
const EDDSA_MIN_OCTETS: ReadonlyMap<number, number> = new Map([
  [KEY_ALGORITHM.eddsaLegacy, 32],
  [KEY_ALGORITHM.ed25519, 32],
  [KEY_ALGORITHM.ed448, 64],
]);

/** Why a digest doesn't count for a signature, or `undefined`. */
export function hashProblem(hashId: number, keyAlgorithm: number): string | undefined {
  const hash = hashAlgorithm(hashId);
  if (hash === undefined) return `it uses the unknown hash algorithm ${String(hashId)}`;
  if (hash.isWeak) return `it uses ${hash.title}, which can be forged`;
  const least = EDDSA_MIN_OCTETS.get(keyAlgorithm) ?? 0;
  return hash.octets < least ? `it uses ${hash.title}, which is too short for EdDSA` : undefined;
}
