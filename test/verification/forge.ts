/** Keys and signatures that no program would make, made by hand: RFC 9580 sections 5.2 and 5.5, with EdDSA of the old kind. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Packet, readPackets } from '../../src/signatures/openpgp/packets.ts';

const ED25519_OID = [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01];
const EDDSA = 22;
const SHA256 = 8;
const ONE_OCTET_LIMIT = 192;

/** Keys of the forger are so old. */
export const FORGED_KEY_TIME: number = Date.UTC(2024, 0, 1) / 1000;

export interface ForgedKey {
  readonly body: Uint8Array;
  readonly fingerprint: string;
  readonly keyId: Uint8Array;
  readonly secret: KeyObject;
}

export function forgeKey(): ForgedKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const body = Buffer.concat([
    Buffer.from([4]),
    uint32(FORGED_KEY_TIME),
    Buffer.from([EDDSA, ED25519_OID.length, ...ED25519_OID]),
    mpi(Buffer.concat([Buffer.from([0x40]), raw])),
  ]);
  const digest = createHash('sha1').update(keyOctets(body)).digest();
  return { body, fingerprint: digest.toString('hex').toUpperCase(), keyId: digest.subarray(-8), secret: privateKey };
}

export interface ForgedSignature {
  readonly type: number;
  /** What is signed, before the trailer. */
  readonly octets: Uint8Array;
  readonly hashed?: readonly Uint8Array[];
  readonly unhashed?: readonly Uint8Array[];
  /** Seconds; `null`: it doesn't say. */
  readonly createdAt?: number | null;
  readonly hashAlgorithm?: { readonly id: number; readonly name: string };
}

/** The body of a signature packet. */
export function forgeSignature(key: ForgedKey, options: ForgedSignature): Uint8Array {
  const { type, octets, hashed = [], unhashed = [], createdAt = FORGED_KEY_TIME + 1 } = options;
  const hash = options.hashAlgorithm ?? { id: SHA256, name: 'sha256' };
  const time = createdAt === null ? [] : [subpacket(2, uint32(createdAt))];
  const area = Buffer.concat([...time, ...hashed]);
  const signed = Buffer.concat([Buffer.from([4, type, EDDSA, hash.id]), uint16(area.length), area]);
  const trailer = Buffer.concat([signed, Buffer.from([4, 0xff]), uint32(signed.length)]);
  const digest = createHash(hash.name).update(octets).update(trailer).digest();
  const numbers = sign(null, digest, key.secret);
  const others = Buffer.concat(unhashed);
  return Buffer.concat([
    signed,
    uint16(others.length),
    others,
    digest.subarray(0, 2),
    mpi(numbers.subarray(0, numbers.length / 2)),
    mpi(numbers.subarray(numbers.length / 2)),
  ]);
}

const MAY_CERTIFY_AND_SIGN = 3;

export interface CertificateOptions {
  readonly flags?: readonly number[];
  readonly createdAt?: number;
  readonly extra?: readonly Uint8Array[];
}

/** GnuPG looks for a key by nothing but this. */
export function issuerKeyId({ keyId }: ForgedKey): Uint8Array {
  return subpacket(16, keyId);
}

/** A key with a user id and the certification of it. */
export function forgeCertificate(key: ForgedKey, options: CertificateOptions = {}): Uint8Array {
  const { flags = [MAY_CERTIFY_AND_SIGN], createdAt = FORGED_KEY_TIME, extra = [] } = options;
  const hashed = [...flags.map((flag) => keyFlags(flag)), ...extra];
  const certification = forgeUserSignature(key, { type: 0x13, hashed, createdAt });
  return Buffer.concat([packet(6, key.body), packet(13, USER), certification]);
}

const USER = Buffer.from('forged <forged@example.org>');

/** What a key says of its user id: 0x13 that it is its own, 0x30 that it is no more. */
export function forgeUserSignature(key: ForgedKey, options: Omit<ForgedSignature, 'octets'>): Uint8Array {
  const octets = Buffer.concat([keyOctets(key.body), Buffer.from([0xb4]), uint32(USER.length), USER]);
  const hashed = [issuer(key), ...(options.hashed ?? [])];
  return packet(2, forgeSignature(key, { ...options, octets, hashed, unhashed: [issuerKeyId(key)] }));
}

export interface SubkeyOptions {
  /** Whether the subkey signed back; true. */
  readonly agrees?: boolean;
  readonly flags?: number;
  readonly createdAt?: number;
  readonly extra?: readonly Uint8Array[];
}

const MAY_SIGN = 2;

/** A subkey with its binding. */
export function forgeSubkey(primary: ForgedKey, subkey: ForgedKey, options: SubkeyOptions = {}): Uint8Array {
  return Buffer.concat([packet(14, subkey.body), forgeBinding(primary, subkey, options)]);
}

export function forgeBinding(primary: ForgedKey, subkey: ForgedKey, options: SubkeyOptions): Uint8Array {
  const { agrees = true, flags = MAY_SIGN, createdAt = FORGED_KEY_TIME, extra = [] } = options;
  const octets = Buffer.concat([keyOctets(primary.body), keyOctets(subkey.body)]);
  const named = (key: ForgedKey): Pick<ForgedSignature, 'hashed' | 'unhashed'> => ({
    hashed: [issuer(key)],
    unhashed: [issuerKeyId(key)],
  });
  const back = forgeSignature(subkey, { type: 0x19, octets, ...named(subkey), createdAt });
  const embedded = agrees ? [subpacket(32, back)] : [];
  const hashed = [keyFlags(flags), issuer(primary), ...embedded, ...extra];
  return packet(2, forgeSignature(primary, { type: 0x18, octets, ...named(primary), hashed, createdAt }));
}

export function keyOctets(body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0x99]), uint16(body.length), body]);
}

/** By fingerprint. */
export function issuer({ fingerprint }: ForgedKey): Uint8Array {
  return subpacket(33, Buffer.concat([Buffer.from([4]), Buffer.from(fingerprint, 'hex')]));
}

export function keyFlags(flags: number): Uint8Array {
  return subpacket(27, Buffer.from([flags]));
}

export function seconds(type: number, value: number): Uint8Array {
  return subpacket(type, uint32(value));
}

const CRITICAL = 0x80;

export function notation(name: string, isCritical: boolean): Uint8Array {
  const body = Buffer.concat([uint32(0x80000000), uint16(name.length), uint16(1), Buffer.from(`${name}x`)]);
  return subpacket(20 | (isCritical ? CRITICAL : 0), body);
}

export function subpacket(type: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([length(body.length + 1), Buffer.from([type]), body]);
}

export function packet(type: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0xc0 | type]), length(body.length), body]);
}

export function packetsOf(bytes: Uint8Array): readonly Packet[] {
  const read = readPackets(bytes);
  if (read.kind === 'malformed') throw new Error(read.reason);
  return read.packets;
}

export function rewrite(packets: readonly Packet[]): Uint8Array {
  return Buffer.concat(packets.map(({ type, body }) => packet(type, body)));
}

/** Where the first two octets of the digest stand in a signature of version 4. */
export function digestStartAt(body: Uint8Array): number {
  const view = Buffer.from(body);
  const hashedEnd = 6 + view.readUInt16BE(4);
  return hashedEnd + 2 + view.readUInt16BE(hashedEnd);
}

export function flip(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const index = at < 0 ? bytes.length + at : at;
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}

/** The same octets with armour around; `checksum`: as text, none where it isn't given. */
export function armour(label: string, bytes: Uint8Array, checksum?: string): Uint8Array {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const all = [`-----BEGIN PGP ${label}-----`, '', ...lines, ...(checksum === undefined ? [] : [`=${checksum}`])];
  return Buffer.from(`${[...all, `-----END PGP ${label}-----`].join('\n')}\n`);
}

function mpi(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((octet) => octet !== 0);
  const rest = first === -1 ? new Uint8Array() : bytes.subarray(first);
  const bits = rest.length === 0 ? 0 : (rest.length - 1) * 8 + (rest[0] ?? 0).toString(2).length;
  return Buffer.concat([uint16(bits), rest]);
}

function length(value: number): Uint8Array {
  if (value < ONE_OCTET_LIMIT) return Buffer.from([value]);
  return Buffer.concat([Buffer.from([0xff]), uint32(value)]);
}

function uint16(value: number): Uint8Array {
  return Buffer.from([value >> 8, value & 0xff]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
