import type { Certificate, Subkey, User } from './certificate.ts';
import { hashProblem } from './algorithms.ts';
import { isSignedOver } from './check.ts';
import { keyOctets, type OpenPgpKey } from './key-packet.ts';
import { join, numberOctets } from './octets.ts';
import { PACKET } from './packets.ts';
import { isClaimedBy, type OpenPgpSignature, readSignaturePacket, SIGNATURE_TYPE } from './signature-packet.ts';

/** What the owner of a primary key said about it and its subkeys, every signature of it verified; time is not judged yet. */
export interface CheckedCertificate {
  readonly primary: OpenPgpKey;
  /** Direct-key signatures, and certifications of user ids that are not revoked. */
  readonly selfSignatures: readonly OpenPgpSignature[];
  /** Whether there are some that would hold, but for their hash algorithm. */
  readonly hasWeakSelfSignature: boolean;
  readonly revocations: readonly OpenPgpSignature[];
  /** Whether one that holds may be among those that were not looked at: anybody can add others that don't. */
  readonly hasTooManyRevocations: boolean;
  readonly subkeys: readonly CheckedSubkey[];
}

export interface CheckedSubkey {
  readonly key: OpenPgpKey;
  readonly bindings: readonly Binding[];
  readonly hasWeakBinding: boolean;
  readonly revocations: readonly OpenPgpSignature[];
  readonly hasTooManyRevocations: boolean;
}

export interface Binding {
  readonly signature: OpenPgpSignature;
  /** Whether the subkey signed back, as a subkey that signs must (RFC 9580 section 5.2.1.9): others could claim it otherwise. */
  readonly isMutual: boolean;
}

/** Somebody whose key may revoke another: RFC 9580 section 5.2.3.23. */
export type FindKey = (fingerprint: string) => OpenPgpKey | undefined;

/** More signatures than that of one kind by a key about itself, newest first, are not looked at: each costs a computation. */
const MAX_SELF_SIGNATURES = 256;

export async function checkCertificate(certificate: Certificate, findKey: FindKey): Promise<CheckedCertificate> {
  const { primary } = certificate;
  const direct = await verified(certificate.direct, primary, {
    types: [SIGNATURE_TYPE.directKey],
    octets: (version) => keyOctets(primary, version),
  });
  const users = await Promise.all(certificate.users.map((user) => checkUser(user, primary)));
  const selfSignatures = [...direct, ...users.flat()];
  const strong = selfSignatures.filter(isStrong);
  return {
    primary,
    selfSignatures: strong,
    hasWeakSelfSignature: selfSignatures.some(isForgeable),
    ...(await keyRevocations(certificate, selfSignatures, findKey)),
    subkeys: await Promise.all(certificate.subkeys.map((subkey) => checkSubkey(subkey, certificate))),
  };
}

/** Designated revokers count as GnuPG counts them: where their key is at hand. */
async function keyRevocations(
  certificate: Certificate,
  selfSignatures: readonly OpenPgpSignature[],
  findKey: FindKey,
): Promise<Pick<CheckedCertificate, 'revocations' | 'hasTooManyRevocations'>> {
  const { primary } = certificate;
  const signed = { types: [SIGNATURE_TYPE.keyRevocation], octets: (version: 4 | 6) => keyOctets(primary, version) };
  const revokers = new Set(selfSignatures.flatMap(({ hashed }) => hashed.revokers));
  const keys = [primary, ...[...revokers].flatMap((fingerprint) => findKey(fingerprint) ?? [])];
  const signatures = everySignature(certificate);
  const all = await Promise.all(keys.map((key) => verified(signatures, key, signed)));
  return {
    revocations: all.flat(),
    hasTooManyRevocations: keys.some((key) => isFlood(signatures, key, signed.types)),
  };
}

/** A revocation counts wherever in the certificate it was put. */
function everySignature({ direct, users, subkeys }: Certificate): readonly OpenPgpSignature[] {
  return [...direct, ...[...users, ...subkeys].flatMap(({ signatures }) => signatures)];
}

async function checkUser({ packet, signatures }: User, primary: OpenPgpKey): Promise<readonly OpenPgpSignature[]> {
  // RFC 9580 section 5.2.4.
  const tag = packet.type === PACKET.userId ? 0xb4 : 0xd1;
  const octets = (version: 4 | 6): Uint8Array =>
    join(keyOctets(primary, version), Uint8Array.of(tag), numberOctets(packet.body.length, 4), packet.body);
  const { genericCertification: first, positiveCertification: last } = SIGNATURE_TYPE;
  const types = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const revoking = [SIGNATURE_TYPE.certificationRevocation];
  if (isFlood(signatures, primary, revoking)) return [];
  const revocations = await verified(signatures, primary, { types: revoking, octets });
  const certifications = await verified(signatures, primary, { types, octets });
  // Who certifies a user id again takes its revocation back.
  return certifications.filter(({ createdAt }) => revocations.every((revocation) => revocation.createdAt < createdAt));
}

async function checkSubkey({ key, signatures }: Subkey, certificate: Certificate): Promise<CheckedSubkey> {
  const { primary } = certificate;
  const octets = (version: 4 | 6): Uint8Array => join(keyOctets(primary, version), keyOctets(key, version));
  const bindings = await verified(signatures, primary, { types: [SIGNATURE_TYPE.subkeyBinding], octets });
  const strong = bindings.filter(isStrong);
  const revoking = [SIGNATURE_TYPE.subkeyRevocation];
  const all = everySignature(certificate);
  return {
    key,
    bindings: await Promise.all(
      strong.map(async (signature) => ({ signature, isMutual: await isMutual(signature, key, octets) })),
    ),
    hasWeakBinding: bindings.some(isForgeable),
    revocations: await verified(all, primary, { types: revoking, octets }),
    hasTooManyRevocations: isFlood(all, primary, revoking),
  };
}

async function isMutual(
  { embedded }: OpenPgpSignature,
  subkey: OpenPgpKey,
  octets: (version: 4 | 6) => Uint8Array,
): Promise<boolean> {
  const back = embedded.flatMap((body) => {
    const read = readSignaturePacket(body);
    return read.kind === 'signature' ? [read.signature] : [];
  });
  const held = await verified(back, subkey, { types: [SIGNATURE_TYPE.primaryKeyBinding], octets });
  return held.some(isStrong);
}

interface Signed {
  readonly types: readonly number[];
  readonly octets: (version: 4 | 6) => Uint8Array;
}

/** Those of the signatures that a key made, newest first. */
async function verified(
  signatures: readonly OpenPgpSignature[],
  key: OpenPgpKey,
  { types, octets }: Signed,
): Promise<readonly OpenPgpSignature[]> {
  const candidates = claimed(signatures, key, types)
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .slice(0, MAX_SELF_SIGNATURES);
  const held = await Promise.all(candidates.map((one) => isSignedOver(key, one, octets(one.version))));
  return candidates.filter((_, index) => held[index] === true);
}

/** Those that may be a key's, by what they say. */
function claimed(
  signatures: readonly OpenPgpSignature[],
  key: OpenPgpKey,
  types: readonly number[],
): readonly OpenPgpSignature[] {
  return signatures.filter((one) => types.includes(one.type) && (one.issuer === undefined || isClaimedBy(one, key)));
}

/** Whether some were not looked at. */
function isFlood(signatures: readonly OpenPgpSignature[], key: OpenPgpKey, types: readonly number[]): boolean {
  return claimed(signatures, key, types).length > MAX_SELF_SIGNATURES;
}

function isStrong(signature: OpenPgpSignature): boolean {
  return !isForgeable(signature) && signature.hashed.unknownCritical.length === 0;
}

/** Not asked of revocations: who forges one can only take trust away. */
function isForgeable({ hashId, keyAlgorithm }: OpenPgpSignature): boolean {
  return hashProblem(hashId, keyAlgorithm) !== undefined;
}
