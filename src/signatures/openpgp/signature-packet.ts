import { hashAlgorithm } from './algorithms.ts';
import type { OpenPgpKey } from './key-packet.ts';
import { CutOff, join, numberOctets, OctetReader, toHex } from './octets.ts';
import { readSubpackets, type Subpackets } from './subpackets.ts';

/** Signature types of RFC 9580 section 5.2.1. */
export const SIGNATURE_TYPE = {
  binary: 0x00,
  text: 0x01,
  genericCertification: 0x10,
  positiveCertification: 0x13,
  subkeyBinding: 0x18,
  primaryKeyBinding: 0x19,
  directKey: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
  certificationRevocation: 0x30,
} as const;

export interface OpenPgpSignature {
  readonly version: 4 | 6;
  readonly type: number;
  readonly keyAlgorithm: number;
  readonly hashId: number;
  readonly createdAt: Date;
  /** Only what was signed. */
  readonly hashed: Subpackets;
  /** Who made it, as it says: what was signed of it outweighs what wasn't, and a fingerprint a key id. */
  readonly issuer: { readonly fingerprint: string } | { readonly keyId: string } | undefined;
  /** Also from the part that isn't signed: they are signatures themselves. */
  readonly embedded: readonly Uint8Array[];
  /** What goes into the digest after what is signed: RFC 9580 section 5.2.4. */
  readonly trailer: Uint8Array;
  readonly salt: Uint8Array | undefined;
  /** The first two octets of the digest. */
  readonly digestStart: Uint8Array;
  /** The numbers of the algorithm. */
  readonly material: Uint8Array;
}

export type ReadSignature =
  | { readonly kind: 'signature'; readonly signature: OpenPgpSignature }
  /** One that is whole, of a version that doesn't count or isn't known. */
  | { readonly kind: 'refused'; readonly version: number; readonly keyId: string | undefined }
  | { readonly kind: 'malformed'; readonly reason: string };

const FINGERPRINT_DIGITS: ReadonlySet<number> = new Set([40, 64]);

export function readSignaturePacket(body: Uint8Array): ReadSignature {
  try {
    const [version] = body;
    if (version === undefined) return { kind: 'malformed', reason: 'it is empty' };
    if (version === 3) return { kind: 'refused', version, keyId: legacyKeyId(body) };
    if (version !== 4 && version !== 6) return { kind: 'refused', version, keyId: undefined };
    return read(version, body);
  } catch (error: unknown) {
    if (error instanceof CutOff) return { kind: 'malformed', reason: error.message };
    throw error;
  }
}

function read(version: 4 | 6, body: Uint8Array): ReadSignature {
  const reader = new OctetReader(body);
  reader.octet();
  const type = reader.octet();
  const keyAlgorithm = reader.octet();
  const hashId = reader.octet();
  const countOctets = version === 4 ? 2 : 4;
  const hashed = readSubpackets(reader.take(reader.number(countOctets)));
  const end = reader.position;
  const others = readSubpackets(reader.take(reader.number(countOctets)));
  const digestStart = reader.take(2);
  const salt = version === 6 ? reader.take(reader.octet()) : undefined;
  const material = reader.rest();
  const { createdAt } = hashed;
  // RFC 9580 section 5.2.3.11: it MUST be in the hashed area.
  if (createdAt === undefined) return { kind: 'malformed', reason: 'it does not say when it was made' };
  const saltOctets = hashAlgorithm(hashId)?.saltOctets;
  if (salt !== undefined && saltOctets !== undefined && salt.length !== saltOctets) {
    return { kind: 'malformed', reason: 'its salt has not the length that its hash algorithm wants' };
  }
  return {
    kind: 'signature',
    signature: {
      version,
      type,
      keyAlgorithm,
      hashId,
      createdAt,
      hashed,
      issuer: issuerOf(hashed) ?? issuerOf(others),
      embedded: [...hashed.embedded, ...others.embedded],
      trailer: join(body.subarray(0, end), Uint8Array.of(version, 0xff), numberOctets(end, 4)),
      salt,
      digestStart,
      material,
    },
  };
}

/** Whether a signature says that a key made it; RFC 9580 section 5.2 has a key sign in its own version only. */
export function isClaimedBy({ issuer, version }: OpenPgpSignature, key: OpenPgpKey): boolean {
  if (issuer === undefined || version !== key.version) return false;
  return 'fingerprint' in issuer ? issuer.fingerprint === key.fingerprint : issuer.keyId === key.keyId;
}

function issuerOf({ issuerFingerprint, issuerKeyId }: Subpackets): OpenPgpSignature['issuer'] {
  if (issuerFingerprint !== undefined && FINGERPRINT_DIGITS.has(issuerFingerprint.length)) {
    return { fingerprint: issuerFingerprint };
  }
  return issuerKeyId === undefined ? undefined : { keyId: issuerKeyId };
}

const V3_KEY_ID_AT = 7;
const KEY_ID_OCTETS = 8;

/** RFC 9580 section 5.2.2. */
function legacyKeyId(body: Uint8Array): string {
  const reader = new OctetReader(body);
  reader.take(V3_KEY_ID_AT);
  return toHex(reader.take(KEY_ID_OCTETS));
}
