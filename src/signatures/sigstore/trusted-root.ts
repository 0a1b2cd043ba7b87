import { Buffer } from 'node:buffer';
import { type TransparencyLogInstance, TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';

const LIMIT_BYTES = 4 * 2 ** 20;
/** `…+json;version=0.1` and `….v0.2+json`: without it, JSON of anything reads as a root that trusts nobody. */
const MEDIA_TYPE = 'application/vnd.dev.sigstore.trustedroot';

/** A `trusted_root.json`, or why it is none. */
export function parseTrustedRoot(bytes: Uint8Array | undefined): TrustMaterial | string {
  if (bytes === undefined) return 'the trust root could not be read';
  if (bytes.length > LIMIT_BYTES) return `the trust root has more than ${LIMIT_BYTES} bytes`;
  try {
    const root = TrustedRoot.fromJSON(JSON.parse(Buffer.from(bytes).toString()));
    if (!root.mediaType.startsWith(MEDIA_TYPE)) return 'the trust root is no trusted_root.json';
    return toTrustMaterial({ ...root, tlogs: root.tlogs.filter(hasStart), ctlogs: root.ctlogs.filter(hasStart) });
  } catch {
    return 'the trust root is no trusted_root.json that is whole';
  }
}

/**
 * sigstore_common.proto, TimeRange: only the end may be missing. The library takes a log whose key has no start for one of all
 * times (sigstore-conformance: trust-root-tlog-missing-validity-start).
 */
function hasStart({ publicKey }: TransparencyLogInstance): boolean {
  return publicKey?.validFor?.start !== undefined;
}
