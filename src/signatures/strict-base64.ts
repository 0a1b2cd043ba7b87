import { Buffer } from 'node:buffer';

/** Base64 with its padding and nothing else in it (RFC 4648 section 4), or `undefined`: two spellings of one signature are one too many. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
