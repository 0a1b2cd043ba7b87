import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { decodeBase64 } from './base64.ts';

/** A key that signatures of envelopes are verified with. */
export interface VerificationKey {
  readonly algorithm: 'ed25519' | 'ecdsa-p256';
  readonly key: KeyObject;
  /** SubjectPublicKeyInfo (DER). */
  readonly spki: Uint8Array;
  /** SHA-256 of {@link spki}, in hexadecimal. */
  readonly id: string;
}

export type ReadKey =
  { readonly kind: 'key'; readonly key: VerificationKey } | { readonly kind: 'refused'; readonly reason: string };

const KEY_LIMIT_CHARACTERS = 8 * 1024;
export const ED25519_KEY_BYTES = 32;
/** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410 section 4). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PEM = /^-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----\s*$/;

/** Reads a public key: PEM (SubjectPublicKeyInfo), the same in Base64 without its frame, or the 32 bytes of an Ed25519 key in Base64. */
export function readPublicKey(text: string): ReadKey {
  if (text.length > KEY_LIMIT_CHARACTERS) return refused('it is too long for a public key');
  const trimmed = text.trim();
  if (PEM.test(trimmed)) return fromKey(() => createPublicKey({ key: trimmed, format: 'pem' }));
  if (trimmed.startsWith('-----')) return refused('its PEM is not that of a public key (BEGIN PUBLIC KEY)');
  const bytes = decodeBase64(trimmed);
  if (bytes === undefined || bytes.length === 0) return refused('it is neither PEM nor Base64');
  if (bytes.length === ED25519_KEY_BYTES) return { kind: 'key', key: ed25519Key(bytes) };
  return fromKey(() => createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' }));
}

/** An Ed25519 key of its 32 bytes. */
export function ed25519Key(bytes: Uint8Array): VerificationKey {
  const der = Buffer.concat([ED25519_SPKI_PREFIX, bytes]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return withIdentity({ algorithm: 'ed25519', key }, der);
}

/** The 32 bytes of an Ed25519 key; `undefined` for another kind. */
export function ed25519Bytes({ algorithm, spki }: VerificationKey): Uint8Array | undefined {
  return algorithm === 'ed25519' ? spki.subarray(ED25519_SPKI_PREFIX.length) : undefined;
}

function fromKey(read: () => KeyObject): ReadKey {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    return refused('it is no public key that can be read');
  }
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) return refused('only keys of Ed25519 and of ECDSA over P-256 count');
  return { kind: 'key', key: withIdentity({ algorithm, key }, key.export({ format: 'der', type: 'spki' })) };
}

function algorithmOf(key: KeyObject): VerificationKey['algorithm'] | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  return isP256 ? 'ecdsa-p256' : undefined;
}

function withIdentity(key: Pick<VerificationKey, 'algorithm' | 'key'>, spki: Uint8Array): VerificationKey {
  return { ...key, spki, id: createHash('sha256').update(spki).digest('hex') };
}

function refused(reason: string): ReadKey {
  return { kind: 'refused', reason };
}
