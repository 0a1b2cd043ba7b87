import { Buffer } from 'node:buffer';
import { ED25519_KEY_BYTES, ED25519_SIGNATURE_BYTES } from '../raw-ed25519.ts';
import { strictBase64 } from '../strict-base64.ts';

/** What minisign and signify share: https://jedisct1.github.io/minisign/ "Signature format", signify(1). */
export const UNTRUSTED_COMMENT = 'untrusted comment: ';

const ALGORITHM_BYTES = 2;
const KEY_ID_BYTES = 8;
const HEADER_BYTES = ALGORITHM_BYTES + KEY_ID_BYTES;

/** A signature has 100 characters. */
const LINE_LIMIT_BYTES = 128;

/** `Ed` signs the content, `ED` its BLAKE2b-512 digest; only minisign has the second. */
export type Algorithm = 'Ed' | 'ED';

export interface RawSignature {
  readonly algorithm: Algorithm;
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

export interface PinnedKey {
  readonly keyId: Buffer;
  readonly publicKey: Buffer;
  readonly name: string | undefined;
}

export function parseSignature(line: Buffer): RawSignature | undefined {
  if (line.length > LINE_LIMIT_BYTES) return undefined;
  const bytes = strictBase64(line.toString('latin1'));
  if (bytes?.length !== HEADER_BYTES + ED25519_SIGNATURE_BYTES) return undefined;
  const algorithm = bytes.toString('latin1', 0, ALGORITHM_BYTES);
  if (algorithm !== 'Ed' && algorithm !== 'ED') return undefined;
  return {
    algorithm,
    keyId: bytes.subarray(ALGORITHM_BYTES, HEADER_BYTES),
    signature: bytes.subarray(HEADER_BYTES),
  };
}

/** The pinned keys that a signature may mean: key ids are eight bytes that anybody can choose, so there may be several. */
export function keysWithId(
  pins: readonly { readonly key: string; readonly name?: string | undefined }[],
  keyId: Buffer,
): readonly PinnedKey[] {
  return pins.flatMap(({ key, name }) => {
    const bytes = strictBase64(key);
    if (bytes?.length !== HEADER_BYTES + ED25519_KEY_BYTES) return [];
    if (!bytes.subarray(ALGORITHM_BYTES, HEADER_BYTES).equals(keyId)) return [];
    return [{ keyId, publicKey: bytes.subarray(HEADER_BYTES), name }];
  });
}

/** As minisign prints it: a number of 64 bits, its first byte the lowest. */
export function keyIdText(keyId: Buffer): string {
  return keyId
    .readBigUInt64LE()
    .toString(16)
    .toUpperCase()
    .padStart(2 * KEY_ID_BYTES, '0');
}

/** The lines of a file up to `limit` of them, without their ends, and the rest; a line may end in CR LF. */
export function linesOf(
  bytes: Uint8Array,
  limit: number,
): { readonly lines: readonly Buffer[]; readonly rest: Buffer } {
  const lines: Buffer[] = [];
  let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  while (lines.length < limit && rest.length > 0) {
    const end = rest.indexOf('\n');
    const line = end === -1 ? rest : rest.subarray(0, end);
    lines.push(line.at(-1) === 0x0d ? line.subarray(0, -1) : line);
    rest = end === -1 ? rest.subarray(rest.length) : rest.subarray(end + 1);
  }
  return { lines, rest };
}
