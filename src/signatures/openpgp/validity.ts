import { describeTime } from './describe-time.ts';
import type { OpenPgpKey, StrengthPolicy } from './key-packet.ts';
import { strengthProblem } from './key-packet.ts';
import type { CheckedCertificate, CheckedSubkey } from './self-signatures.ts';
import { type OpenPgpSignature, SIGNATURE_TYPE } from './signature-packet.ts';

/** Why signatures by a key don't count. */
export interface KeyFault {
  readonly kind: 'expired' | 'revoked' | 'too-weak' | 'unfit';
  readonly reason: string;
  readonly since?: Date;
}

/** What a key may be used for, at a moment. */
export type KeyUse = { readonly kind: 'signs'; readonly expiresAt: Date | undefined } | KeyFault;

export interface Moment {
  readonly at: Date;
  readonly policy: StrengthPolicy;
  /** When the signature in question was made: what was made before a soft revocation still counts. `undefined`: about none. */
  readonly signedAt?: Date;
}

/** Clocks differ: Sequoia's CLOCK_SKEW_TOLERANCE, which sqv judges by. */
export const FUTURE_ALLOWANCE_MS = 30 * 60 * 1000;

const MAY_SIGN = 0x02;
const MS = 1000;

/** A key of a certificate, the primary one or a subkey, as of a moment. */
export function useOf(certificate: CheckedCertificate, key: OpenPgpKey, moment: Moment): KeyUse {
  const primary = usePrimary(certificate, moment);
  if (key === certificate.primary)
    return primary.kind === 'signs' ? signingPrimary(certificate, primary, moment) : primary;
  const subkey = certificate.subkeys.find((one) => one.key === key);
  if (primary.kind !== 'signs' || subkey === undefined) return primary;
  const own = useSubkey(subkey, moment);
  return own.kind === 'signs' ? { kind: 'signs', expiresAt: earlier(primary.expiresAt, own.expiresAt) } : own;
}

/** Whether the key is there at all, whatever it may do; a subkey counts no longer than its primary key. */
function usePrimary(certificate: CheckedCertificate, moment: Moment): KeyUse {
  const { primary, revocations, hasWeakSelfSignature } = certificate;
  const { at, policy } = moment;
  const revoked = revocationFault(revocations, moment, 'the key');
  if (revoked !== undefined) return revoked;
  if (certificate.hasTooManyRevocations) return tooMany('the key');
  const weakness = strengthProblem(primary, policy);
  // A primary key of an algorithm that can't sign has no self-signatures either.
  if (weakness !== undefined) return { kind: 'too-weak', reason: `the key is too weak: ${weakness}` };
  const own = living(certificate.selfSignatures, at);
  if (own.length === 0) {
    return hasWeakSelfSignature && certificate.selfSignatures.length === 0
      ? {
          kind: 'too-weak',
          reason: 'the key is too weak: it is held together only by hash algorithms that can be forged',
        }
      : { kind: 'unfit', reason: 'nothing that the key says of itself holds' };
  }
  return withExpiry(primary, keyLifetime(primary, own), { at, what: 'the key' });
}

function signingPrimary(certificate: CheckedCertificate, use: KeyUse, { at }: Moment): KeyUse {
  const flags = latestSaying(
    certificate.primary,
    living(certificate.selfSignatures, at),
    ({ hashed }) => hashed.keyFlags,
  );
  return isSigning(flags) ? use : { kind: 'unfit', reason: 'the primary key does not say that it may sign documents' };
}

function useSubkey(subkey: CheckedSubkey, moment: Moment): KeyUse {
  const { key, bindings, hasWeakBinding, revocations } = subkey;
  const { at, policy } = moment;
  const revoked = revocationFault(revocations, moment, 'the subkey');
  if (revoked !== undefined) return revoked;
  if (subkey.hasTooManyRevocations) return tooMany('the subkey');
  const weakness = strengthProblem(key, policy);
  if (weakness !== undefined) return { kind: 'too-weak', reason: `the subkey is too weak: ${weakness}` };
  // Newest first, and only the newest counts: RFC 9580 section 5.2.3.10.
  const [signature] = living(
    bindings.map((one) => one.signature),
    at,
  );
  const binding = bindings.find((one) => one.signature === signature);
  if (binding === undefined) {
    return hasWeakBinding && bindings.length === 0
      ? { kind: 'too-weak', reason: 'the subkey is bound only by hash algorithms that can be forged' }
      : { kind: 'unfit', reason: 'the subkey is not bound to its primary key' };
  }
  if (!isSigning(binding.signature.hashed.keyFlags)) {
    return { kind: 'unfit', reason: 'the subkey does not say that it may sign documents' };
  }
  if (!binding.isMutual) return { kind: 'unfit', reason: 'the subkey never agreed to its primary key' };
  return withExpiry(key, binding.signature.hashed.keyExpiresAfterSeconds, { at, what: 'the subkey' });
}

/** RFC 9580 section 5.2.3.29; a key that doesn't say what it is for is for nothing here, as for Sequoia. */
function isSigning(flags: number | undefined): boolean {
  return flags !== undefined && (flags & MAY_SIGN) !== 0;
}

/** Made by now, and not expired themselves. */
function living(signatures: readonly OpenPgpSignature[], at: Date): readonly OpenPgpSignature[] {
  const now = at.getTime();
  return signatures
    .filter(({ createdAt, hashed }) => {
      const lifetime = (hashed.expiresAfterSeconds ?? 0) * MS;
      const isFuture = createdAt.getTime() > now + FUTURE_ALLOWANCE_MS;
      return !isFuture && (lifetime === 0 || now < createdAt.getTime() + lifetime);
    })
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

function keyLifetime(primary: OpenPgpKey, own: readonly OpenPgpSignature[]): number | undefined {
  return latestSaying(primary, own, ({ hashed }) => hashed.keyExpiresAfterSeconds);
}

/**
 * What the newest direct-key signature says, or else, of a key of version 4, the newest certification of a user id that says
 * anything: so GnuPG does (merge_selfsigs). A key of version 6 speaks only by direct-key signatures: RFC 9580 section 5.2.3.10.
 */
function latestSaying(
  { version }: OpenPgpKey,
  own: readonly OpenPgpSignature[],
  says: (signature: OpenPgpSignature) => number | undefined,
): number | undefined {
  const direct = own.find(({ type }) => type === SIGNATURE_TYPE.directKey);
  const directly = direct === undefined ? undefined : says(direct);
  if (directly !== undefined || version === 6) return directly;
  return own
    .filter(({ type }) => type !== SIGNATURE_TYPE.directKey)
    .map(says)
    .find((value) => value !== undefined);
}

interface ExpiryOptions {
  readonly at: Date;
  readonly what: string;
}

function withExpiry(key: OpenPgpKey, lifetimeSeconds: number | undefined, { at, what }: ExpiryOptions): KeyUse {
  const created = key.createdAt.getTime();
  if (created > at.getTime() + FUTURE_ALLOWANCE_MS) {
    return {
      kind: 'unfit',
      reason: `${what} says that it was made on ${describeTime(key.createdAt)}, which is to come`,
    };
  }
  const lifetimeMs = (lifetimeSeconds ?? 0) * MS;
  if (lifetimeMs === 0) return { kind: 'signs', expiresAt: undefined };
  const expiresAt = new Date(created + lifetimeMs);
  if (at < expiresAt) return { kind: 'signs', expiresAt };
  return { kind: 'expired', reason: `${what} expired on ${describeTime(expiresAt)}`, since: expiresAt };
}

/** Superseded, and retired: RFC 9580 section 5.2.3.31. All others, none, and those unknown say that the key may be stolen. */
const SOFT_REASONS: ReadonlySet<number> = new Set([1, 3]);

function revocationFault(
  revocations: readonly OpenPgpSignature[],
  { at, signedAt }: Moment,
  what: string,
): KeyFault | undefined {
  const hard = revocations.find(({ hashed }) => !SOFT_REASONS.has(hashed.revocationReason ?? 0));
  if (hard !== undefined) return revokedFault(hard, `${what} was revoked, and may be in other hands`);
  const past = revocations
    .filter(({ createdAt }) => createdAt <= at && (signedAt === undefined || createdAt <= signedAt))
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const [first] = past;
  return first === undefined ? undefined : revokedFault(first, `${what} was given up`);
}

/** Among those that nobody looked at may be one that holds. */
function tooMany(what: string): KeyFault {
  return { kind: 'unfit', reason: `more signatures claim to revoke ${what} than are looked at: get it from its owner` };
}

function revokedFault({ createdAt }: OpenPgpSignature, text: string): KeyFault {
  return { kind: 'revoked', reason: `${text} (revocation of ${describeTime(createdAt)})`, since: createdAt };
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
