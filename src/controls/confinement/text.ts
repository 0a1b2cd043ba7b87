import type { ByteText } from '../../core/byte-text.ts';

/** The text of bytes, one character each. */
export function latin1(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
