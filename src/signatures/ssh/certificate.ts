import { checkKeySignature, type KeySignatureCheck } from './key-signature.ts';
import { parsePublicKey, readKeyFields, type SshPublicKey } from './public-key.ts';
import { WireReader } from './wire.ts';

const CERTIFICATE_SUFFIX = '-cert-v01@openssh.com';
const FIDO_SUFFIX = '@openssh.com';
const MS_PER_SECOND = 1000n;

/** PROTOCOL.certkeys: SSH_CERT_TYPE_USER. */
const USER = 1;

export interface SshCertificate {
  readonly key: SshPublicKey;
  readonly isForUser: boolean;
  readonly principals: readonly string[];
  /** Seconds since 1970; the first moment that it is valid in, and the first that it isn't any more. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly criticalOptions: readonly string[];
  readonly authority: SshPublicKey;
  readonly check: KeySignatureCheck;
}

export function isCertificateType(type: string): boolean {
  return type.endsWith(CERTIFICATE_SUFFIX);
}

/** A certificate by PROTOCOL.certkeys "New public key formats", with what became of its authority's signature. */
export function parseCertificate(blob: Uint8Array): SshCertificate | undefined {
  const reader = new WireReader(blob);
  const plain = plainType(reader.text());
  reader.string(); // nonce
  const key = readKeyFields(reader, plain);
  if (key === undefined) return undefined;
  reader.uint64(); // serial
  const type = reader.uint32();
  reader.string(); // key id: anything, for logs
  const principals = new WireReader(reader.string());
  const names = principals.strings().map((name) => name.toString());
  const validAfter = reader.uint64();
  const validBefore = reader.uint64();
  const options = new WireReader(reader.string());
  const pairs = options.strings().map((text) => text.toString());
  reader.string(); // extensions: what a login may do
  reader.string(); // reserved
  const authority = parsePublicKey(reader.string());
  const signedBytes = reader.offset;
  const signature = reader.string();
  if (authority === undefined || !reader.isWhole || !principals.isWhole || !options.isWhole) return undefined;
  return {
    key,
    isForUser: type === USER,
    principals: names,
    validAfter,
    validBefore,
    criticalOptions: pairs.filter((_, index) => index % 2 === 0),
    authority,
    check: checkKeySignature(authority, signature, reader.slice(0, signedBytes)),
  };
}

/** Why it doesn't count at this moment, whoever it is for; `undefined` where it does. */
export function refusalOf(certificate: SshCertificate, at: Date): string | undefined {
  if (!certificate.isForUser) return 'its certificate is one for hosts';
  const atMs = BigInt(at.getTime());
  if (atMs < certificate.validAfter * MS_PER_SECOND) return 'its certificate is not valid yet';
  if (atMs >= certificate.validBefore * MS_PER_SECOND) return 'its certificate has expired';
  // PROTOCOL.certkeys: a critical option that isn't understood makes the certificate invalid, and none is about files.
  if (certificate.criticalOptions.length > 0)
    return `its certificate has a critical option: ${JSON.stringify(certificate.criticalOptions[0])}`;
  return undefined;
}

/** `sk-ssh-ed25519-cert-v01@openssh.com` certifies a `sk-ssh-ed25519@openssh.com`, `ssh-rsa-cert-v01@openssh.com` a `ssh-rsa`. */
function plainType(type: string): string {
  const stem = type.slice(0, -CERTIFICATE_SUFFIX.length);
  return stem.startsWith('sk-') ? `${stem}${FIDO_SUFFIX}` : stem;
}
