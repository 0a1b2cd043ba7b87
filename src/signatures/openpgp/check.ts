import { hash as digestOf } from 'node:crypto';
import { config, SignaturePacket } from 'openpgp';
import { hashAlgorithm } from './algorithms.ts';
import type { OpenPgpKey } from './key-packet.ts';
import { join, numberOctets } from './octets.ts';
import type { OpenPgpSignature } from './signature-packet.ts';

/** Everything about methods and time is judged elsewhere: the library only computes. */
const COMPUTE_ONLY = {
  ...config,
  rejectHashAlgorithms: new Set<never>(),
  rejectMessageHashAlgorithms: new Set<never>(),
};

/**
 * A packet with the digest of what it signs. OpenPGP.js verifies the digest in `hashed` where there is one: it is its own way
 * for messages that it reads as a stream.
 */
class DigestedSignature extends SignaturePacket {
  readonly hashed: Uint8Array;

  constructor(digest: Uint8Array) {
    super();
    this.hashed = digest;
  }
}

/**
 * Whether a key made a signature over a digest. The library gets no more of it than the numbers and the algorithms: what the
 * subpackets say is read here, where what isn't signed can be told from what is.
 */
export async function isSignedBy(key: OpenPgpKey, signature: OpenPgpSignature, digest: Uint8Array): Promise<boolean> {
  const packet = new DigestedSignature(digest);
  try {
    packet.read(bareSignature(signature));
    packet.issuerKeyID = key.packet.getKeyID();
    // Judged as of its own creation, so that time plays no part in it.
    await packet.verify(key.packet, signature.type, {}, signature.createdAt, true, COMPUTE_ONLY);
    return true;
  } catch {
    // The library throws for a signature that doesn't hold as for numbers that can't be one.
    return false;
  }
}

/** Whether a key made a signature over octets: those of keys and user ids. */
export function isSignedOver(key: OpenPgpKey, signature: OpenPgpSignature, octets: Uint8Array): Promise<boolean> {
  const algorithm = hashAlgorithm(signature.hashId);
  if (algorithm === undefined) return Promise.resolve(false);
  const { salt = new Uint8Array(), trailer } = signature;
  return isSignedBy(key, signature, digestOf(algorithm.name, join(salt, octets, trailer), 'buffer'));
}

const CREATION_TIME_SUBPACKET = [5, 2];
const MS = 1000;

function bareSignature({ version, type, keyAlgorithm, hashId, ...one }: OpenPgpSignature): Uint8Array {
  const countOctets = version === 4 ? 2 : 4;
  const created = join(Uint8Array.from(CREATION_TIME_SUBPACKET), numberOctets(one.createdAt.getTime() / MS, 4));
  return join(
    Uint8Array.of(version, type, keyAlgorithm, hashId),
    numberOctets(created.length, countOctets),
    created,
    numberOctets(0, countOctets),
    one.digestStart,
    ...(one.salt === undefined ? [] : [Uint8Array.of(one.salt.length), one.salt]),
    one.material,
  );
}
