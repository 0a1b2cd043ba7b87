import { detectScheme } from '../signatures/detect.ts';
import type { ReadSignatures, SignatureScheme } from '../signatures/judgement.ts';
import type { Trust } from '../signatures/trust.ts';

type ReadScheme = (bytes: Uint8Array, trust: Trust) => Promise<ReadSignatures>;

/** Each is loaded when a file needs it: OpenPGP and Sigstore bring large libraries with them. */
const READERS: Readonly<Record<SignatureScheme, () => Promise<ReadScheme>>> = {
  openpgp: async () => (await import('../signatures/openpgp/detached.ts')).readOpenPgpSignatures,
  minisign: async () => (await import('../signatures/minisign/minisign.ts')).readMinisignSignature,
  signify: async () => (await import('../signatures/minisign/signify.ts')).readSignifySignature,
  ssh: async () => (await import('../signatures/ssh/ssh.ts')).readSshSignature,
  sigstore: async () => (await import('../signatures/sigstore/sigstore.ts')).readSigstoreBundle,
  'in-toto': async () => (await import('../signatures/in-toto/in-toto.ts')).readInTotoAttestations,
};

/** Reads a file of signatures, of whatever scheme it is. */
export async function readSignatures(bytes: Uint8Array, trust: Trust): Promise<ReadSignatures> {
  const scheme = detectScheme(bytes);
  if (scheme === undefined) return { kind: 'malformed', reason: 'it is no signature of a kind that is known here' };
  const read = await READERS[scheme]();
  return read(bytes, trust);
}
