import { Buffer } from 'node:buffer';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';

/** An attestation holds a bill of materials at most. */
const LIMIT_BYTES = 16 * 2 ** 20;
/** More bundles about one file nobody publishes. */
const BUNDLES_LIMIT = 64;
/** The library compares entries in pairs; one is what there is. */
const ENTRIES_LIMIT = 8;

/** The bundles of a file, one document or one a line (as `gh attestation download` writes them), or why there are none. */
export function parseBundles(bytes: Uint8Array): readonly Bundle[] | string {
  if (bytes.length > LIMIT_BYTES) return `a Sigstore bundle has ${LIMIT_BYTES} bytes at most`;
  const documents = parseDocuments(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  if (documents === undefined || documents.length === 0) return 'it is no JSON';
  if (documents.length > BUNDLES_LIMIT) return `it holds more than ${BUNDLES_LIMIT} bundles`;
  const bundles: Bundle[] = [];
  for (const document of documents) {
    const bundle = parseBundle(document);
    if (typeof bundle === 'string') return bundle;
    bundles.push(bundle);
  }
  return bundles;
}

function parseDocuments(text: string): readonly unknown[] | undefined {
  const whole = parseJson(text);
  if (whole !== undefined) return [whole];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const documents = lines.slice(0, BUNDLES_LIMIT + 1).map(parseJson);
  return documents.includes(undefined) ? undefined : documents;
}

/** `undefined` stands for what is no JSON: no JSON means it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseBundle(document: unknown): Bundle | string {
  try {
    const bundle = bundleFromJSON(document);
    const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
    const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
    if (tlogEntries.length > ENTRIES_LIMIT || timestamps.length > ENTRIES_LIMIT)
      return `a bundle has more than ${ENTRIES_LIMIT} entries of logs or timestamps`;
    return bundle;
  } catch {
    return 'it is no Sigstore bundle that is whole';
  }
}
