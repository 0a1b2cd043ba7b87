/** Bundles with one part of them made anew. */
import { base64, type BundleJson } from './schemes-private-sigstore.ts';

type Entry = BundleJson['verificationMaterial']['tlogEntries'][number];

/** The bundle with another entry of the log, or none. */
export function withEntry(bundle: BundleJson, change: (entry: Entry) => readonly Entry[]): BundleJson {
  const material = bundle.verificationMaterial;
  return { ...bundle, verificationMaterial: { ...material, tlogEntries: material.tlogEntries.flatMap(change) } };
}

export function withSignature(bundle: BundleJson, change: (signature: Buffer) => Buffer): BundleJson {
  const message = bundle.messageSignature;
  if (message === undefined) throw new Error('it has a statement');
  return {
    ...bundle,
    messageSignature: { ...message, signature: base64(change(Buffer.from(message.signature, 'base64'))) },
  };
}

export function withEnvelope(bundle: BundleJson, statement: object): BundleJson {
  const envelope = bundle.dsseEnvelope;
  if (envelope === undefined) throw new Error('it has no statement');
  return { ...bundle, dsseEnvelope: { ...envelope, payload: base64(Buffer.from(JSON.stringify(statement))) } };
}

export function withoutProof(entry: Entry): Entry {
  const { logIndex, logId, kindVersion, integratedTime, inclusionPromise, canonicalizedBody } = entry;
  const rest = { logIndex, logId, kindVersion, integratedTime, canonicalizedBody };
  return inclusionPromise === undefined ? rest : { ...rest, inclusionPromise };
}

export function flipped(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  return base64(bytes);
}
