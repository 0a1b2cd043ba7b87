import { PublicKeyPacket } from 'openpgp';
import { KEY_ALGORITHM } from './algorithms.ts';
import { join, numberOctets, OctetReader, toHex } from './octets.ts';

/** A key or subkey, as its packet says; that it belongs to anybody is not said by that. */
export interface OpenPgpKey {
  readonly version: 4 | 6;
  /** Upper-case hexadecimal. */
  readonly fingerprint: string;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly algorithm: number;
  readonly algorithmTitle: string;
  /** Of RSA and DSA. */
  readonly bits: number | undefined;
  /** Of DSA: what a digest is cut to. */
  readonly subgroupBits: number | undefined;
  readonly curve: string | undefined;
  readonly body: Uint8Array;
  readonly packet: PublicKeyPacket;
}

/** More would let a hostile key cost minutes: GnuPG makes no longer one than 8192 bits. */
const MAX_MODULUS_BITS = 16_384;
/** In practice 65,537 or less; a longer one makes verification as slow as signing. */
const MAX_EXPONENT_BITS = 64;

const KEY_ID_DIGITS = 16;

/** `undefined` for a key of another version or algorithm than the library knows: no signature by it can be judged. */
export async function readKeyPacket(body: Uint8Array): Promise<OpenPgpKey | undefined> {
  const version = body[0];
  if (version !== 4 && version !== 6) return undefined;
  try {
    const lengths = lengthsOf(version, body);
    if (isTooLong(lengths)) return undefined;
    const packet = new PublicKeyPacket();
    await packet.read(body);
    // What is hashed as the key must be all that the fingerprint is of.
    if (toHex(packet.write()) !== toHex(body)) return undefined;
    const { algorithm: algorithmTitle, bits, curve } = packet.getAlgorithmInfo();
    const fingerprint = toHex(packet.getFingerprintBytes() ?? new Uint8Array());
    return {
      version,
      fingerprint,
      keyId: version === 4 ? fingerprint.slice(-KEY_ID_DIGITS) : fingerprint.slice(0, KEY_ID_DIGITS),
      createdAt: packet.getCreationTime(),
      algorithm: packet.algorithm,
      algorithmTitle,
      bits,
      subgroupBits: lengths.subgroupBits,
      curve,
      body,
      packet,
    };
  } catch {
    // Whatever the library can't read can't be relied on.
    return undefined;
  }
}

/** RFC 9580 section 5.2.4: what a key is hashed as, for a signature of a version. */
export function keyOctets({ body }: OpenPgpKey, signatureVersion: 4 | 6): Uint8Array {
  return signatureVersion === 4
    ? join(Uint8Array.of(0x99), numberOctets(body.length, 2), body)
    : join(Uint8Array.of(0x9b), numberOctets(body.length, 4), body);
}

/** FIPS 186-4 section 4.2: what belongs to a modulus of 2048 bits. Fewer make of SHA-256 what SHA-1 is. */
const MIN_SUBGROUP_BITS = 224;

export interface StrengthPolicy {
  readonly minimumRsaBits: number;
}

/** Why no signature by a key counts, whoever owns it, or `undefined`. */
export function strengthProblem(key: OpenPgpKey, { minimumRsaBits }: StrengthPolicy): string | undefined {
  const { algorithm, bits, subgroupBits, curve, algorithmTitle } = key;
  switch (algorithm) {
    case KEY_ALGORITHM.rsa:
    case KEY_ALGORITHM.rsaSign:
    case KEY_ALGORITHM.dsa: {
      const family = algorithm === KEY_ALGORITHM.dsa ? 'DSA' : 'RSA';
      if (bits === undefined || bits < minimumRsaBits) {
        return `its ${String(bits ?? 0)} bits of ${family} are fewer than ${String(minimumRsaBits)}`;
      }
      return subgroupBits !== undefined && subgroupBits < MIN_SUBGROUP_BITS
        ? `its DSA cuts digests to ${String(subgroupBits)} bits`
        : undefined;
    }
    case KEY_ALGORITHM.ecdsa:
      // RFC 9580 section 9.2 has no secp256k1; OpenPGP.js and Sequoia's policy take no signature by it.
      return curve === undefined || curve === 'secp256k1' ? `its curve ${curve ?? ''} does not count` : undefined;
    case KEY_ALGORITHM.eddsaLegacy:
    case KEY_ALGORITHM.ed25519:
    case KEY_ALGORITHM.ed448:
      return undefined;
    default:
      return `its algorithm ${algorithmTitle} cannot sign`;
  }
}

const V4_MATERIAL_AT = 6;
const V6_MATERIAL_AT = 10;
const OCTET_BITS = 8;

interface Lengths {
  readonly modulusBits: number;
  readonly exponentBits: number;
  readonly subgroupBits: number | undefined;
}

/** Looks before the library does: it would compute with numbers of any length. */
function isTooLong({ modulusBits, exponentBits }: Lengths): boolean {
  return modulusBits > MAX_MODULUS_BITS || exponentBits > MAX_EXPONENT_BITS;
}

/** Of the numbers of RSA and DSA (RFC 9580 sections 5.5.5.1 and 5.5.5.2); zero for others. */
function lengthsOf(version: 4 | 6, body: Uint8Array): Lengths {
  const algorithm = body[V4_MATERIAL_AT - 1];
  const isDsa = algorithm === KEY_ALGORITHM.dsa;
  if (!isDsa && algorithm !== KEY_ALGORITHM.rsa && algorithm !== KEY_ALGORITHM.rsaSign) {
    return { modulusBits: 0, exponentBits: 0, subgroupBits: undefined };
  }
  const reader = new OctetReader(body.subarray(version === 4 ? V4_MATERIAL_AT : V6_MATERIAL_AT));
  const modulusBits = reader.number(2);
  reader.take(Math.ceil(modulusBits / OCTET_BITS));
  const second = reader.number(2);
  return { modulusBits, exponentBits: isDsa ? 0 : second, subgroupBits: isDsa ? second : undefined };
}
