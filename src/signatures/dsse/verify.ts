import { verify } from 'node:crypto';
import type { Envelope } from './envelope.ts';
import { preAuthenticationEncoding } from './pre-authentication.ts';
import type { VerificationKey } from './public-key.ts';

/**
 * For each signature of an envelope, the first of some keys that made it; `undefined` where none did. Key ids have no say:
 * they are hints "that MUST NOT be used for security decisions" (protocol.md).
 */
export function signersOf<Key extends VerificationKey>(
  envelope: Envelope,
  keys: readonly Key[],
): readonly (Key | undefined)[] {
  const signed = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  return envelope.signatures.map(({ bytes }) => keys.find((key) => isSignedBy(key, signed, bytes)));
}

/** r and s of ECDSA over P-256, one after the other: how the specification's own example has it. */
const RAW_ECDSA_BYTES = 64;

/** Whether a key signed these bytes: Ed25519 as RFC 8032 has it; ECDSA with SHA-256, as r and s or in DER (RFC 3279 section 2.2.3). */
export function isSignedBy({ algorithm, key }: VerificationKey, signed: Uint8Array, signature: Uint8Array): boolean {
  if (algorithm === 'ed25519') return holds(() => verify(null, signed, key, signature));
  const isRaw = signature.length === RAW_ECDSA_BYTES;
  return (
    (isRaw && holds(() => verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature))) ||
    holds(() => verify('sha256', signed, { key, dsaEncoding: 'der' }, signature))
  );
}

/** OpenSSL throws for what has no form of a signature at all. */
function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
