import type { DigestRequest, SignatureJudgement, Signer, Verdict } from '../judgement.ts';
import type { Trust } from '../trust.ts';
import { hashAlgorithm, hashProblem } from './algorithms.ts';
import { isSignedBy } from './check.ts';
import { describeTime } from './describe-time.ts';
import type { OpenPgpKey } from './key-packet.ts';
import { type FoundKey, type PinnedKeys, pinnedKeys } from './pinned-keys.ts';
import { isClaimedBy, type OpenPgpSignature, type ReadSignature, SIGNATURE_TYPE } from './signature-packet.ts';
import { FUTURE_ALLOWANCE_MS, useOf } from './validity.ts';

/** A signature whose verdict depends on the signed bytes, or one that is judged without them. */
export type Prepared =
  | { readonly kind: 'judged'; readonly judgement: SignatureJudgement }
  | { readonly kind: 'asks'; readonly request: DigestRequest; readonly claim: Claim };

/** A signature that names pinned keys as its maker; two keys can have one key id. */
export interface Claim {
  readonly signature: OpenPgpSignature;
  readonly keys: readonly FoundKey[];
}

const MS = 1000;

/** Which types of signature are over a document here. */
export type DocumentTypes = readonly number[];

const DOCUMENT_TYPES: DocumentTypes = [SIGNATURE_TYPE.binary, SIGNATURE_TYPE.text];

/** Finds out who is said to have signed, and asks for a digest only where a pinned key is. */
export async function prepare(
  read: Exclude<ReadSignature, { kind: 'malformed' }>,
  trust: Trust,
  types = DOCUMENT_TYPES,
): Promise<Prepared> {
  if (read.kind === 'refused') return judged(refuse(read));
  const { signature } = read;
  const keys = await pinnedKeys(trust);
  const known = makersOf(signature, keys);
  const [maker] = known;
  const about = aboutSignature(signature, maker);
  const doubt =
    (types.includes(signature.type) ? undefined : 'it is of a type that does not sign documents') ??
    hashProblem(signature.hashId, signature.keyAlgorithm);
  if (maker === undefined)
    return judged(about('untrusted', `the signature does not count: ${whyUnpinned(signature, keys)}`));
  const algorithm = hashAlgorithm(signature.hashId);
  if (doubt !== undefined || algorithm === undefined) {
    return judged(about('untrusted', `the signature does not count: ${doubt ?? 'its digest is unknown'}`));
  }
  const { salt, trailer, type } = signature;
  return {
    kind: 'asks',
    request: {
      algorithm: algorithm.name,
      ...(salt !== undefined && { prefix: salt }),
      suffix: trailer,
      ...(type === SIGNATURE_TYPE.text && { isText: true }),
    },
    claim: { signature, keys: known },
  };
}

/**
 * Judges a signature by the digest of what is said to be signed. One that names a pinned key and doesn't hold is `tampered`, also
 * where another key made it and only its issuer was forged: the two can't be told apart, and a file that comes with either is not
 * what the owner of the pinned key gave away.
 */
export async function judgeClaim(
  { signature, keys }: Claim,
  digest: Uint8Array,
  { trust, at }: { readonly trust: Trust; readonly at: Date },
): Promise<SignatureJudgement> {
  const held = await Promise.all(keys.map(({ key }) => isSignedBy(key, signature, digest)));
  const maker = keys.find((_, index) => held[index] === true);
  if (maker === undefined) return judgeBroken({ signature, keys }, { trust, at });
  const about = aboutSignature(signature, maker);
  const use = useOf(maker.certificate, maker.key, { at, policy: trust.policy, signedAt: signature.createdAt });
  if (use.kind !== 'signs') return about('untrusted', `signed by ${describe(maker)}, but ${use.reason}`);
  const fault = timeFault(signature, maker.key, at) ?? unknownCritical(signature);
  if (fault !== undefined) return about('untrusted', `signed by ${describe(maker)}, but ${fault}`);
  return about('verified', `signed by ${describe(maker)} on ${describeTime(signature.createdAt)}`);
}

/** A subkey that isn't bound to the pinned key is nobody's: a signature that names it says nothing about the pinned key. */
function judgeBroken(
  { signature, keys }: Claim,
  { trust, at }: { readonly trust: Trust; readonly at: Date },
): SignatureJudgement {
  const owned = keys.find(({ key, certificate }) => {
    const subkey = certificate.subkeys.find((one) => one.key === key);
    return subkey === undefined || subkey.bindings.length > 0;
  });
  const [first] = keys;
  const about = aboutSignature(signature, owned ?? first);
  if (owned !== undefined) {
    return about(
      'tampered',
      `the signature names ${describe(owned)} and does not hold: what was signed is not what is here`,
    );
  }
  const use = first && useOf(first.certificate, first.key, { at, policy: trust.policy, signedAt: signature.createdAt });
  const why = use === undefined || use.kind === 'signs' ? 'its key is nobody’s' : use.reason;
  return about('untrusted', `the signature does not hold, and ${why}`);
}

function timeFault({ createdAt, hashed }: OpenPgpSignature, key: OpenPgpKey, at: Date): string | undefined {
  if (createdAt < key.createdAt) return 'the signature says that it is older than the key';
  if (createdAt.getTime() > at.getTime() + FUTURE_ALLOWANCE_MS) {
    return `the signature says that it was made on ${describeTime(createdAt)}, which is to come`;
  }
  const lifetimeSeconds = hashed.expiresAfterSeconds ?? 0;
  if (lifetimeSeconds === 0) return undefined;
  const expiresAt = new Date(createdAt.getTime() + lifetimeSeconds * MS);
  return at < expiresAt ? undefined : `the signature expired on ${describeTime(expiresAt)}`;
}

function unknownCritical({ hashed }: OpenPgpSignature): string | undefined {
  const [first] = hashed.unknownCritical;
  return first === undefined ? undefined : `the signature calls ${first} critical, which is not known here`;
}

/** RFC 9580 section 5.2.2 has version 3 only for old data: it signs neither its issuer nor an expiry. */
function refuse({ version, keyId }: Extract<ReadSignature, { kind: 'refused' }>): SignatureJudgement {
  if (version !== 3)
    return { verdict: 'unverifiable', reason: `the signature is of the unknown version ${String(version)}` };
  const id = keyId ?? '';
  return {
    verdict: 'untrusted',
    reason: 'the signature does not count: it is of version 3, which is obsolete',
    signer: { scheme: 'openpgp', id },
  };
}

function makersOf(signature: OpenPgpSignature, { pinned }: PinnedKeys): readonly FoundKey[] {
  return pinned.flatMap(({ pin, certificate }) =>
    [certificate.primary, ...certificate.subkeys.map(({ key }) => key)]
      .filter((key) => isClaimedBy(signature, key))
      .map((key) => ({ pin, certificate, key })),
  );
}

function whyUnpinned({ issuer }: OpenPgpSignature, { pinned, missing, present }: PinnedKeys): string {
  if (issuer === undefined) return 'it does not say which key made it';
  const id = idOf(issuer);
  const primary = present.get(id);
  const pinless = missing.find(({ pin }) => pin.fingerprint === id || pin.fingerprint === primary);
  if (pinless !== undefined) return `${pinless.pin.fingerprint} is pinned, but ${pinless.reason}`;
  if (primary !== undefined) return `it is by ${nameKey(id, primary)}, which lies in the keyring and is not pinned`;
  const lost = missing.map(({ pin, reason }) => `; of the pinned keys, ${pin.fingerprint} is missing: ${reason}`);
  const none = pinned.length + missing.length === 0 ? ', and none is' : '';
  return `it is by ${id}, which is not pinned${none}${lost.join('')}`;
}

function nameKey(id: string, primary: string): string {
  return id === primary || primary.endsWith(id) || primary.startsWith(id) ? primary : `${id} (a subkey of ${primary})`;
}

function idOf(issuer: NonNullable<OpenPgpSignature['issuer']>): string {
  return 'fingerprint' in issuer ? issuer.fingerprint : issuer.keyId;
}

function describe({ pin, key, certificate }: FoundKey): string {
  const { fingerprint } = certificate.primary;
  const name = pin.name === undefined ? fingerprint : `${pin.name} (${fingerprint})`;
  return key === certificate.primary ? name : `${name} with its subkey ${key.fingerprint}`;
}

function aboutSignature(
  { issuer, createdAt }: OpenPgpSignature,
  maker: FoundKey | undefined,
): (verdict: Verdict, reason: string) => SignatureJudgement {
  const id = maker?.certificate.primary.fingerprint ?? (issuer === undefined ? undefined : idOf(issuer));
  const name = maker?.pin.name;
  const signer: Signer | undefined =
    id === undefined ? undefined : { scheme: 'openpgp', id, ...(name !== undefined && { name }) };
  const signedAt = describeTime(createdAt);
  return (verdict, reason) => ({ verdict, reason, ...(signer !== undefined && { signer }), signedAt });
}

function judged(judgement: SignatureJudgement): Prepared {
  return { kind: 'judged', judgement };
}
