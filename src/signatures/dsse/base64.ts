const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
const URL_SAFE = /^[A-Za-z0-9_-]*={0,2}$/;

/**
 * The bytes of a text in either alphabet of RFC 4648 (sections 4 and 5), padded; `undefined` for anything else. Bits that carry
 * nothing must be zero (section 3.5): one value has one spelling in each alphabet.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const encoding = STANDARD.test(text) ? 'base64' : URL_SAFE.test(text) ? 'base64url' : undefined;
  if (encoding === undefined) return undefined;
  const bytes = Buffer.from(text, encoding);
  const padding = '='.repeat((3 - (bytes.length % 3)) % 3);
  const spelling = encoding === 'base64' ? bytes.toString('base64') : bytes.toString('base64url') + padding;
  return spelling === text ? new Uint8Array(bytes) : undefined;
}
