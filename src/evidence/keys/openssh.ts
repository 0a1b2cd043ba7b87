import { ed25519Bytes, ED25519_KEY_BYTES, ed25519Key, type VerificationKey } from '../../signatures/dsse/public-key.ts';
import { decodeBase64 } from '../../signatures/dsse/base64.ts';

const ALGORITHM = 'ssh-ed25519';
const LENGTH_BYTES = 4;
const LINE = /^ssh-ed25519 ([A-Za-z0-9+/]+={0,2})(?: .*)?$/;

/** `string` of RFC 4251 section 5: its length, then its bytes. */
export function sshString(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The first `string` of some bytes, and what is behind it. */
export function readSshString(bytes: Buffer): { readonly value: Buffer; readonly rest: Buffer } | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + bytes.readUInt32BE();
  if (bytes.length < end) return undefined;
  return { value: bytes.subarray(LENGTH_BYTES, end), rest: bytes.subarray(end) };
}

/** A public key as ssh agents and OpenSSH's files hold it (RFC 8709 section 4). */
export function sshBlob(key: VerificationKey): Buffer {
  return Buffer.concat([sshString(Buffer.from(ALGORITHM)), sshString(ed25519Bytes(key) ?? Buffer.alloc(0))]);
}

/** `ssh-ed25519 AAAA… comment` */
export function renderSshKey(key: VerificationKey, comment: string): string {
  return `${ALGORITHM} ${sshBlob(key).toString('base64')} ${comment}`;
}

export function readSshKey(line: string): VerificationKey | undefined {
  const [, encoded = ''] = LINE.exec(line.trim()) ?? [];
  const bytes = decodeBase64(encoded);
  return bytes === undefined ? undefined : keyOfBlob(Buffer.from(bytes));
}

export function keyOfBlob(blob: Buffer): VerificationKey | undefined {
  const algorithm = readSshString(blob);
  if (algorithm?.value.toString() !== ALGORITHM) return undefined;
  const key = readSshString(algorithm.rest);
  return key?.value.length === ED25519_KEY_BYTES && key.rest.length === 0 ? ed25519Key(key.value) : undefined;
}
