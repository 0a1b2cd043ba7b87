import { Buffer } from 'node:buffer';
import { strictBase64 } from '../strict-base64.ts';

export const BEGIN_SSH_SIGNATURE = '-----BEGIN SSH SIGNATURE-----';
const END_SSH_SIGNATURE = '-----END SSH SIGNATURE-----';

/** An RSA key of 16,384 bits in a certificate with many principals has a tenth of it. */
const LIMIT_BYTES = 256 * 1024;

/** The bytes inside (PROTOCOL.sshsig, "Armored format"), or why there are none. */
export function unarmour(bytes: Uint8Array): Buffer | string {
  if (bytes.length > LIMIT_BYTES) return `an SSH signature has ${LIMIT_BYTES} bytes at most`;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').trimEnd();
  if (!text.startsWith(BEGIN_SSH_SIGNATURE)) return `it does not begin with “${BEGIN_SSH_SIGNATURE}”`;
  if (!text.endsWith(`\n${END_SSH_SIGNATURE}`)) return `it does not end with “${END_SSH_SIGNATURE}”`;
  const base64 = text.slice(BEGIN_SSH_SIGNATURE.length, -END_SSH_SIGNATURE.length);
  return strictBase64(base64.replaceAll(/\s/g, '')) ?? 'what stands between its first line and its last is no base64';
}
