import { Buffer } from 'node:buffer';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';

const LIMIT_BYTES = 4 * 2 ** 20;

/** A `trusted_root.json`, or why it is none. */
export function parseTrustedRoot(bytes: Uint8Array | undefined): TrustMaterial | string {
  if (bytes === undefined) return 'the trust root could not be read';
  if (bytes.length > LIMIT_BYTES) return `the trust root has more than ${LIMIT_BYTES} bytes`;
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(Buffer.from(bytes).toString())));
  } catch {
    return 'the trust root is no trusted_root.json that is whole';
  }
}
