import type { Bundle } from '@sigstore/bundle';
import {
  type SignedEntity,
  type Signer,
  toSignedEntity,
  type TrustMaterial,
  VerificationError,
  Verifier,
} from '@sigstore/verify';
import { Buffer } from 'node:buffer';
import { type Identity, identityOf } from './identity.ts';

/** What one trust root makes of a bundle. */
export type Check =
  | { readonly kind: 'holds'; readonly who: Identity; readonly signedAt: Date | undefined }
  /** The certificate is good and it is not what its key signed. */
  | { readonly kind: 'fails'; readonly who: Identity }
  /** Nothing that the root vouches for. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** https://github.com/sigstore/architecture-docs/blob/main/client-spec.md section 4 wants at least one of each. */
const THRESHOLDS = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 } as const;

const MS_PER_SECOND = 1000;

const REASONS: Readonly<Record<VerificationError['code'], string>> = {
  NOT_IMPLEMENTED_ERROR: 'it uses something that is not known',
  TLOG_ERROR: 'it has no entry in a transparency log, or one entry twice',
  TLOG_INCLUSION_PROOF_ERROR: 'the proof that the transparency log holds it does not hold',
  TLOG_INCLUSION_PROMISE_ERROR: 'the promise that the transparency log holds it is not by a log of the trust root',
  TLOG_MISSING_INCLUSION_ERROR: 'nothing proves that a transparency log holds it',
  TLOG_BODY_ERROR: 'the entry of the transparency log is about another signature',
  CERTIFICATE_ERROR: 'its certificate does not lead to the trust root, or was not valid when it signed',
  PUBLIC_KEY_ERROR: 'it was made with a bare key, which can’t be pinned',
  SIGNATURE_ERROR: 'its signature does not hold',
  TIMESTAMP_ERROR: 'nothing that the trust root vouches for says when it was made',
};

/** Verifies a bundle as the library does it, never with less; `content` is what a bundle without a statement signs. */
export function checkBundle(bundle: Bundle, material: TrustMaterial, content: Uint8Array | undefined): Check {
  try {
    const entity = toSignedEntity(bundle, content && Buffer.from(content.buffer, content.byteOffset, content.length));
    return verified(entity, material) ?? failed(entity, material);
  } catch (error) {
    if (error instanceof VerificationError) return { kind: 'refused', reason: REASONS[error.code] };
    return { kind: 'unknown', reason: 'its certificate, an entry of a log or a timestamp in it can’t be read' };
  }
}

/** `undefined` where it is not what the key signed, or not what the log says that it signed. */
function verified(entity: SignedEntity, material: TrustMaterial): Check | undefined {
  try {
    const signer = new Verifier(material, THRESHOLDS).verify(entity);
    const who = identityOf(signer);
    if (typeof who === 'string') return { kind: 'refused', reason: who };
    return { kind: 'holds', who, signedAt: signedAt(entity) };
  } catch (error) {
    const isAboutOther =
      error instanceof VerificationError && (error.code === 'SIGNATURE_ERROR' || error.code === 'TLOG_BODY_ERROR');
    if (!isAboutOther) throw error;
    return undefined;
  }
}

/**
 * Who a bundle names that does not hold, which the library doesn't say: everything but the signature is verified once more, and
 * the signature beside it. Nothing that comes of this can be `holds`.
 */
function failed(entity: SignedEntity, material: TrustMaterial): Check {
  const key = new Key();
  const signature: SignedEntity['signature'] = {
    signature: entity.signature.signature,
    compareSignature: () => true,
    compareDigest: () => true,
    compareSignedDigest: () => true,
    verifySignature: (one) => key.keep(one),
  };
  const who = identityOf(new Verifier(material, THRESHOLDS).verify({ ...entity, signature }));
  if (typeof who === 'string') return { kind: 'refused', reason: who };
  if (key.kept === undefined || !KNOWN_KEYS.has(key.kept.asymmetricKeyType ?? ''))
    return { kind: 'unknown', reason: 'it was made with a kind of key that can’t be verified here' };
  return entity.signature.verifySignature(key.kept)
    ? { kind: 'refused', reason: REASONS.TLOG_BODY_ERROR }
    : { kind: 'fails', who };
}

/** Those that the library verifies; Ed25519ph it doesn't. */
const KNOWN_KEYS: ReadonlySet<string> = new Set(['ec', 'rsa']);

class Key {
  kept: Signer['key'] | undefined;

  keep(key: Signer['key']): boolean {
    this.kept = key;
    return true;
  }
}

/** The earliest moment that is proved: all of them were verified. An entry without a promise proves none. */
function signedAt({ timestamps }: SignedEntity): Date | undefined {
  const moments = timestamps.flatMap((one) => {
    if (one.$case === 'timestamp-authority') return [one.timestamp.signingTime.getTime()];
    return one.tlogEntry.inclusionPromise === undefined ? [] : [Number(one.tlogEntry.integratedTime) * MS_PER_SECOND];
  });
  return moments.length === 0 ? undefined : new Date(Math.min(...moments));
}
