import { Buffer } from 'node:buffer';
import { unarmour } from './armour.ts';
import { isCertificateType, parseCertificate, type SshCertificate } from './certificate.ts';
import { parsePublicKey, type SshPublicKey } from './public-key.ts';
import { WireReader, wireString } from './wire.ts';

const MAGIC = Buffer.from('SSHSIG');
const VERSION = 1;
const HASHES: ReadonlySet<string> = new Set(['sha256', 'sha512']);

export interface SshSignatureFile {
  readonly key: SshPublicKey;
  readonly certificate?: SshCertificate;
  readonly namespace: string;
  /** Of the message; `undefined` where it is none that PROTOCOL.sshsig allows. */
  readonly hash: 'sha256' | 'sha512' | undefined;
  readonly signature: Buffer;
}

/** PROTOCOL.sshsig "Blob format", or why it is none. */
export function parseSignatureFile(bytes: Uint8Array): SshSignatureFile | string {
  const blob = unarmour(bytes);
  if (typeof blob === 'string') return blob;
  const reader = new WireReader(blob);
  if (!reader.bytes(MAGIC.length).equals(MAGIC)) return 'it is no SSH signature inside';
  const version = reader.uint32();
  if (version !== VERSION) return `it is of version ${version}, and only 1 is known`;
  const publicKey = reader.string();
  const namespace = reader.text();
  reader.string(); // reserved: to be ignored
  const hash = reader.text();
  const signature = reader.string();
  if (!reader.isWhole) return 'it ends too early, or there is more after its end';
  if (namespace === '') return 'it has no namespace';
  const rest = { namespace, hash: isAllowed(hash) ? hash : undefined, signature };
  if (!isCertificateType(new WireReader(publicKey).text())) {
    const key = parsePublicKey(publicKey);
    return key === undefined ? 'its key is of no known kind' : { key, ...rest };
  }
  const certificate = parseCertificate(publicKey);
  return certificate === undefined ? 'its certificate can’t be read' : { key: certificate.key, certificate, ...rest };
}

/** What is signed: PROTOCOL.sshsig "Signed Data, of which the signature goes into the blob above". OpenSSH signs no reserved value. */
export function signedData({ namespace, hash }: SshSignatureFile, digest: Uint8Array): Buffer {
  return Buffer.concat([
    MAGIC,
    wireString(Buffer.from(namespace, 'latin1')),
    wireString(''),
    wireString(hash ?? ''),
    wireString(digest),
  ]);
}

function isAllowed(hash: string): hash is 'sha256' | 'sha512' {
  return HASHES.has(hash);
}
