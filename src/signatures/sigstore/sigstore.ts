import { hash } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import type { TrustMaterial } from '@sigstore/verify';
import { Buffer } from 'node:buffer';
import { digestOf, malformed, named, NEEDS_CONTENT, NEEDS_NOTHING } from '../detached.ts';
import type { Answer, Needs, ReadSignatures, SignatureJudgement, Signer } from '../judgement.ts';
import { shown } from '../shown.ts';
import type { Trust, TrustPolicy } from '../trust.ts';
import { parseBundles } from './bundle-file.ts';
import { type Check, checkBundle } from './check.ts';
import type { Identity } from './identity.ts';
import { subjectDigests } from './statement.ts';
import { parseTrustedRoot } from './trusted-root.ts';

type Pin = TrustPolicy['sigstore'][number];

interface Root {
  readonly pin: Pin;
  /** What judges, or why there is nothing. */
  readonly material: TrustMaterial | string;
}

const NEEDS_DIGEST: Needs = { kind: 'digests', digests: [{ algorithm: 'sha256' }] };

/** What a bundle may say that it signed, and what the library verifies it with. */
const HASHES: ReadonlyMap<HashAlgorithm, string> = new Map([
  [HashAlgorithm.SHA2_256, 'sha256'],
  [HashAlgorithm.SHA2_384, 'sha384'],
  [HashAlgorithm.SHA2_512, 'sha512'],
]);

/**
 * Bundles by https://github.com/sigstore/protobuf-specs, one judgement each. A statement needs the digest of the file; a bare
 * signature needs the content, since Node's crypto verifies no ECDSA signature over a digest that it didn't make.
 */
export function readSigstoreBundle(bytes: Uint8Array, trust: Trust): Promise<ReadSignatures> {
  return Promise.resolve(read(bytes, trust));
}

function read(bytes: Uint8Array, trust: Trust): ReadSignatures {
  const bundles = parseBundles(bytes);
  if (typeof bundles === 'string') return malformed(bundles);
  const roots = trust.policy.sigstore.map((pin, index) => ({
    pin,
    material: parseTrustedRoot(trust.sigstoreRoots[index]),
  }));
  const judgeAll = (answer: Answer): Promise<readonly SignatureJudgement[]> =>
    Promise.resolve(bundles.map((bundle) => judge(bundle, roots, answer)));
  return { kind: 'signatures', signatures: { scheme: 'sigstore', needs: needsOf(bundles, roots), judge: judgeAll } };
}

function needsOf(bundles: readonly Bundle[], roots: readonly Root[]): Needs {
  if (roots.every(({ material }) => typeof material === 'string')) return NEEDS_NOTHING;
  return bundles.some(({ content }) => content.$case === 'messageSignature') ? NEEDS_CONTENT : NEEDS_DIGEST;
}

/** The best that any pin makes of it: a bundle is by one signer, and pins are alternatives. */
function judge(bundle: Bundle, roots: readonly Root[], answer: Answer): SignatureJudgement {
  const unread: string[] = [];
  const opinions: SignatureJudgement[] = [];
  for (const { pin, material } of roots) {
    if (typeof material === 'string') unread.push(`${material}: ${shown(pin.trustRoot)}`);
    else opinions.push(opinionOf(bundle, { pin, material }, answer));
  }
  const decided =
    opinions.find(({ verdict }) => verdict === 'verified') ?? opinions.find(({ verdict }) => verdict === 'tampered');
  if (decided !== undefined) return decided;
  const [missing] = unread;
  if (missing !== undefined) return { verdict: 'unverifiable', reason: missing };
  return opinions[0] ?? { verdict: 'untrusted', reason: 'no Sigstore identity is pinned' };
}

interface Usable {
  readonly pin: Pin;
  readonly material: TrustMaterial;
}

function opinionOf(bundle: Bundle, { pin, material }: Usable, answer: Answer): SignatureJudgement {
  const content = answer.kind === 'content' ? answer.bytes : undefined;
  const check = checkBundle(bundle, material, content);
  if (check.kind === 'unknown') return { verdict: 'unverifiable', reason: check.reason };
  if (check.kind === 'refused') return { verdict: 'untrusted', reason: check.reason };
  const signer = signerOf(check.who);
  if (check.who.identity !== pin.identity || check.who.issuer !== pin.issuer)
    return { verdict: 'untrusted', reason: `${described(check.who)} is not pinned`, signer };
  const pinned = named(signer, pin.name);
  if (check.kind === 'fails')
    return { verdict: 'tampered', reason: `${described(check.who)} did not sign these bytes`, signer: pinned };
  return aboutThese(bundle, answer, { check, signer: pinned });
}

interface Holding {
  readonly check: Check & { readonly kind: 'holds' };
  readonly signer: Signer;
}

/** What is left when the signature holds: whether these bytes are what it speaks of. */
function aboutThese(bundle: Bundle, answer: Answer, { check, signer }: Holding): SignatureJudgement {
  const who = described(check.who);
  const isAbout = bundle.content.$case === 'dsseEnvelope' ? isSubject(bundle, answer) : isMessage(bundle, answer);
  if (typeof isAbout === 'string') return { verdict: 'unverifiable', reason: isAbout, signer };
  if (!isAbout) return { verdict: 'tampered', reason: `what ${who} signed is about other bytes`, signer };
  const signedAt = check.signedAt?.toISOString();
  return { verdict: 'verified', reason: `signed by ${who}`, signer, ...(signedAt !== undefined && { signedAt }) };
}

function isSubject({ content }: Bundle, answer: Answer): boolean | string {
  if (content.$case !== 'dsseEnvelope') return false;
  const subjects = subjectDigests(content.dsseEnvelope);
  if (typeof subjects === 'string') return subjects;
  const digest = answer.kind === 'content' ? hash('sha256', answer.bytes, 'buffer') : digestOf(answer);
  return subjects.some((subject) => subject.equals(digest));
}

/** The signature is over the content itself; the log speaks of it by the digest that stands in the bundle. */
function isMessage({ content }: Bundle, answer: Answer): boolean | string {
  if (content.$case !== 'messageSignature' || answer.kind !== 'content') return false;
  const { algorithm, digest } = content.messageSignature.messageDigest;
  const name = HASHES.get(algorithm);
  if (name === undefined) return 'it is over a digest that is not known';
  return Buffer.from(digest).equals(hash(name, answer.bytes, 'buffer'));
}

function signerOf({ identity }: Identity): Signer {
  return { scheme: 'sigstore', id: identity };
}

function described({ identity, issuer }: Identity): string {
  return `${shown(identity)} (by ${shown(issuer)})`;
}
