import { digestOf, foregone, malformed, named, oneSignature } from '../detached.ts';
import type { ReadSignatures, SignatureJudgement, Signer } from '../judgement.ts';
import { shown } from '../shown.ts';
import type { Trust, TrustPolicy } from '../trust.ts';
import { refusalOf } from './certificate.ts';
import { checkKeySignature } from './key-signature.ts';
import { matchesPatternList } from './pattern-list.ts';
import { fingerprintOf, parseKeyLine, type SshPublicKey } from './public-key.ts';
import { parseSignatureFile, signedData, type SshSignatureFile } from './signature-file.ts';

type Pin = TrustPolicy['ssh'][number];

/** What one pin makes of a signature that holds. */
type Opinion =
  { readonly kind: 'counts'; readonly name: string } | { readonly kind: 'refused'; readonly reason: string };

/** A signature made with `ssh-keygen -Y sign`, by PROTOCOL.sshsig. */
export function readSshSignature(bytes: Uint8Array, trust: Trust): Promise<ReadSignatures> {
  return Promise.resolve(read(bytes, trust.policy));
}

function read(bytes: Uint8Array, policy: TrustPolicy): ReadSignatures {
  const file = parseSignatureFile(bytes);
  if (typeof file === 'string') return malformed(file);
  const signer: Signer = { scheme: 'ssh', id: fingerprintOf(file.key) };
  if (file.hash === undefined)
    return foregone('ssh', {
      verdict: 'untrusted',
      reason: 'it is over a digest other than SHA-256 and SHA-512',
      signer,
    });
  const pins = policy.ssh.filter((pin) => isMeant(pin, file));
  if (pins.length === 0) return foregone('ssh', unpinned(file, policy, signer));
  return oneSignature({
    scheme: 'ssh',
    needs: { kind: 'digests', digests: [{ algorithm: file.hash }] },
    judge: (answer, at) => judge({ file, pins, policy, at }, digestOf(answer)),
  });
}

interface Case {
  readonly file: SshSignatureFile;
  readonly pins: readonly Pin[];
  readonly policy: TrustPolicy;
  readonly at: Date;
}

function judge({ file, pins, policy, at }: Case, digest: Uint8Array): SignatureJudgement {
  const id = fingerprintOf(file.key);
  const signer = named({ scheme: 'ssh', id }, pins[0]?.principal);
  const checks = [checkKeySignature(file.key, file.signature, signedData(file, digest))];
  if (file.certificate !== undefined) checks.push(file.certificate.check);
  if (checks[0]?.kind === 'fails')
    return { verdict: 'tampered', reason: `ssh key ${id} did not sign these bytes`, signer };
  if (checks[1]?.kind === 'fails')
    return {
      verdict: 'tampered',
      reason: `the pinned authority did not sign the certificate of ssh key ${id}`,
      signer,
    };
  const refusal = checks.find((check) => check.kind === 'refused');
  if (refusal !== undefined) return { verdict: 'untrusted', reason: refusal.reason, signer };
  const opinions = pins.map((pin) => opinionOf(pin, { file, policy, at }));
  const counting = opinions.find((opinion) => opinion.kind === 'counts');
  if (counting !== undefined)
    return {
      verdict: 'verified',
      reason: `signed with ssh key ${id} in the namespace ${shown(file.namespace)}`,
      signer: named({ scheme: 'ssh', id }, counting.name),
    };
  const reasons = opinions.flatMap((opinion) => (opinion.kind === 'refused' ? [opinion.reason] : []));
  return { verdict: 'untrusted', reason: reasons[0] ?? 'no pin counts', signer };
}

function opinionOf(pin: Pin, { file, policy, at }: Omit<Case, 'pins'>): Opinion {
  const reason =
    namespaceRefusal(pin, file.namespace) ??
    timeRefusal(pin, at) ??
    lengthRefusal(file.key, policy) ??
    (file.certificate && (lengthRefusal(file.certificate.authority, policy) ?? refusalOf(file.certificate, at)));
  if (reason !== undefined) return { kind: 'refused', reason };
  if (file.certificate === undefined) return { kind: 'counts', name: pin.principal };
  const principal = file.certificate.principals.find((one) => matchesPatternList(one, pin.principal));
  return principal === undefined
    ? { kind: 'refused', reason: `its certificate is for none of ${shown(pin.principal)}` }
    : { kind: 'counts', name: shown(principal) };
}

function namespaceRefusal({ namespaces }: Pin, namespace: string): string | undefined {
  if (matchesPatternList(namespace, namespaces.join(','))) return undefined;
  return `it was made for the namespace ${shown(namespace)}, which is not in the list`;
}

/** ssh-keygen(1) ALLOWED SIGNERS: the moments themselves are within. */
function timeRefusal({ validAfter, validBefore }: Pin, at: Date): string | undefined {
  if (validAfter !== undefined && at.getTime() < Date.parse(validAfter)) return `its key counts from ${validAfter} on`;
  if (validBefore !== undefined && at.getTime() > Date.parse(validBefore))
    return `its key counted until ${validBefore}`;
  return undefined;
}

function lengthRefusal({ form }: SshPublicKey, { minimumRsaBits }: TrustPolicy): string | undefined {
  if (form.kind !== 'rsa' || form.bits >= minimumRsaBits) return undefined;
  return `RSA keys of ${form.bits} bits are too short: ${minimumRsaBits} are asked for`;
}

/** A bare key by itself, a certificate by its authority: as OpenSSH does it, neither stands for the other. */
function isMeant(pin: Pin, { key, certificate }: SshSignatureFile): boolean {
  if (pin.isAuthority !== (certificate !== undefined)) return false;
  return parseKeyLine(pin.key)?.blob.equals((certificate?.authority ?? key).blob) === true;
}

function unpinned(file: SshSignatureFile, policy: TrustPolicy, signer: Signer): SignatureJudgement {
  const unread = policy.ssh.find(({ key }) => parseKeyLine(key) === undefined);
  if (unread !== undefined)
    return {
      verdict: 'unverifiable',
      reason: `the pinned ssh key of ${shown(unread.principal)} can’t be read`,
      signer,
    };
  const { certificate } = file;
  const reason =
    certificate === undefined
      ? `ssh key ${signer.id} is not pinned`
      : `the authority ${fingerprintOf(certificate.authority)} that certifies ssh key ${signer.id} is not pinned`;
  return { verdict: 'untrusted', reason, signer };
}
