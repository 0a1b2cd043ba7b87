import type { Expected } from './schemes-case.ts';
import { CONTENT, OTHER_CONTENT } from './schemes-minisign.ts';
import {
  base64,
  type BundleJson,
  IDENTITY,
  ISSUER,
  PrivateSigstore,
  SIGNED_AT,
  statementOf,
} from './schemes-private-sigstore.ts';

import { flipped, withEntry, withEnvelope, withoutProof, withSignature } from './schemes-sigstore-changes.ts';

export interface SigstoreCase {
  readonly name: string;
  readonly verdict: Expected;
  readonly reason: RegExp;
  readonly bundle: (sigstore: PrivateSigstore) => BundleJson | string;
  readonly content?: Buffer;
  readonly pin?: { readonly identity?: string; readonly issuer?: string };
  /** Default: the one of the Sigstore that signed. */
  readonly root?: (sigstore: PrivateSigstore) => Buffer | undefined;
}

const MAIL = 'alice@example.org';
const LATER = new Date(SIGNED_AT.getTime() + 3_600_000);
const EARLIER = new Date(SIGNED_AT.getTime() - 3_600_000);
const FIRST_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
const CLIENT_LOGIN = '1.3.6.1.5.5.7.3.2';

const GOOD: readonly SigstoreCase[] = [
  {
    name: 'a signature, its time by the log',
    verdict: 'verified',
    reason: /^signed by/,
    bundle: (one) => one.sign(CONTENT),
  },
  {
    name: 'a signature, its time by an authority',
    verdict: 'verified',
    reason: /^signed by/,
    bundle: (one) => one.sign(CONTENT, { clock: 'authority' }),
  },
  {
    name: 'a statement, its time by the log',
    verdict: 'verified',
    reason: /^signed by/,
    bundle: (one) => one.attest(statementOf(CONTENT)),
  },
  {
    name: 'a statement, its time by an authority',
    verdict: 'verified',
    reason: /^signed by/,
    bundle: (one) => one.attest(statementOf(CONTENT), { clock: 'authority' }),
  },
  {
    name: 'a statement about several files',
    verdict: 'verified',
    reason: /^signed by/,
    bundle: (one) =>
      one.attest({
        ...statementOf(CONTENT),
        subject: [OTHER_CONTENT, CONTENT].flatMap((content) => subjectsOf(content)),
      }),
  },
  {
    name: 'an address for an identity',
    verdict: 'verified',
    reason: /^signed by alice@example\.org/,
    bundle: (one) => one.sign(CONTENT, { identity: MAIL }),
    pin: { identity: MAIL },
  },
  {
    name: 'indented, with a line for each member',
    verdict: 'verified',
    reason: /^signed by/,
    bundle: (one) => JSON.stringify(one.sign(CONTENT), undefined, 2),
  },
];

const IDENTITIES: readonly SigstoreCase[] = [
  {
    name: 'another identity',
    verdict: 'untrusted',
    reason: /fork.* is not pinned/,
    bundle: (one) => one.sign(CONTENT, { identity: IDENTITY.replace('project', 'fork') }),
  },
  {
    name: 'another issuer',
    verdict: 'untrusted',
    reason: /other\.example\.org\) is not pinned/,
    bundle: (one) => one.sign(CONTENT, { issuer: 'https://other.example.org' }),
  },
  {
    name: 'an identity that begins with the pinned one',
    verdict: 'untrusted',
    reason: /is not pinned/,
    bundle: (one) => one.sign(CONTENT, { identity: `${IDENTITY}-of-mallory` }),
  },
  {
    name: 'an identity that ends with the pinned one',
    verdict: 'untrusted',
    reason: /is not pinned/,
    bundle: (one) => one.sign(CONTENT, { identity: `https://mallory.example.org/?${IDENTITY}` }),
  },
  {
    name: 'an identity that the pinned one means as a pattern',
    verdict: 'untrusted',
    reason: /is not pinned/,
    bundle: (one) => one.sign(CONTENT, { identity: IDENTITY }),
    pin: { identity: 'https://example.org/.*' },
  },
  {
    name: 'an issuer that begins with the pinned one',
    verdict: 'untrusted',
    reason: /is not pinned/,
    bundle: (one) => one.sign(CONTENT, { issuer: `${ISSUER}.mallory.example` }),
  },
  {
    name: 'a second identity beside the pinned one',
    verdict: 'untrusted',
    reason: /one identity alone/,
    bundle: (one) => one.sign(CONTENT, { more: ['https://mallory.example.org'] }),
  },
  {
    name: 'an identity that is the pinned one without its highest bits',
    verdict: 'untrusted',
    reason: /one identity alone/,
    bundle: (one) =>
      one.sign(CONTENT, { identity: IDENTITY.replace('project', `projec${String.fromCharCode(0x74 + 0x80)}`) }),
  },
  {
    name: 'a certificate for logins',
    verdict: 'untrusted',
    reason: /not for signing code/,
    bundle: (one) => one.sign(CONTENT, { usage: CLIENT_LOGIN }),
  },
];

const BYTES: readonly SigstoreCase[] = [
  {
    name: 'a signature, the file changed',
    verdict: 'tampered',
    reason: /did not sign these bytes/,
    bundle: (one) => one.sign(CONTENT),
    content: OTHER_CONTENT,
  },
  {
    name: 'a signature, the file changed, by somebody else',
    verdict: 'untrusted',
    reason: /is not pinned/,
    bundle: (one) => one.sign(CONTENT, { identity: MAIL }),
    content: OTHER_CONTENT,
  },
  {
    name: 'a signature changed',
    verdict: 'tampered',
    reason: /did not sign these bytes/,
    bundle: (one) => withSignature(one.sign(CONTENT), (signature) => Buffer.from(flipped(base64(signature)), 'base64')),
  },
  {
    name: 'a signature with the digest of another file beside it',
    verdict: 'untrusted',
    reason: /about another signature/,
    bundle: (one) => {
      const bundle = one.sign(CONTENT);
      const { messageSignature } = one.sign(OTHER_CONTENT);
      if (bundle.messageSignature === undefined || messageSignature === undefined) throw new Error('no signature');
      return {
        ...bundle,
        messageSignature: { ...bundle.messageSignature, messageDigest: messageSignature.messageDigest },
      };
    },
  },
  {
    name: 'a statement about another file',
    verdict: 'tampered',
    reason: /about other bytes/,
    bundle: (one) => one.attest(statementOf(OTHER_CONTENT)),
  },
  {
    name: 'a statement about nothing',
    verdict: 'tampered',
    reason: /about other bytes/,
    bundle: (one) => one.attest({ ...statementOf(CONTENT), subject: [] }),
  },
  {
    name: 'a statement changed afterwards to be about this file',
    verdict: 'tampered',
    reason: /did not sign these bytes/,
    bundle: (one) => withEnvelope(one.attest(statementOf(OTHER_CONTENT)), statementOf(CONTENT)),
  },
  {
    name: 'a statement that is none',
    verdict: 'unverifiable',
    reason: /no in-toto statement/,
    bundle: (one) => one.attest({ ...statementOf(CONTENT), _type: 'https://example.org/Statement' }),
  },
  {
    name: 'an envelope of something else',
    verdict: 'unverifiable',
    reason: /something other than/,
    bundle: (one) => one.attest(statementOf(CONTENT), { payloadType: 'text/plain' }),
  },
];

const PROOFS: readonly SigstoreCase[] = [
  {
    name: 'no entry of the log',
    verdict: 'untrusted',
    reason: /no entry in a transparency log/,
    bundle: (one) => withEntry(one.sign(CONTENT, { clock: 'authority' }), () => []),
  },
  {
    name: 'no proof that the log holds it',
    verdict: 'malformed',
    reason: /no Sigstore bundle/,
    bundle: (one) => withEntry(one.sign(CONTENT), (entry) => [withoutProof(entry)]),
  },
  {
    name: 'no proof that the log holds it, and a promise, as bundles once were',
    verdict: 'verified',
    reason: /^signed by/,
    bundle: (one) => ({
      ...withEntry(one.sign(CONTENT), (entry) => [withoutProof(entry)]),
      mediaType: FIRST_MEDIA_TYPE,
    }),
  },
  {
    name: 'neither proof nor promise that the log holds it',
    verdict: 'malformed',
    reason: /no Sigstore bundle/,
    bundle: (one) => ({
      ...withEntry(one.sign(CONTENT, { clock: 'authority' }), (entry) => [withoutProof(entry)]),
      mediaType: FIRST_MEDIA_TYPE,
    }),
  },
  {
    name: 'a proof that does not lead to the root of the log',
    verdict: 'untrusted',
    reason: /proof .* does not hold/,
    bundle: (one) =>
      withEntry(one.sign(CONTENT), (entry) => {
        const { inclusionProof: proof } = entry;
        if (proof === undefined) return [];
        return [
          { ...entry, inclusionProof: { ...proof, hashes: [...proof.hashes.slice(0, 1), proof.hashes[0] ?? ''] } },
        ];
      }),
  },
  {
    name: 'a root of the log that it did not sign',
    verdict: 'untrusted',
    reason: /proof .* does not hold/,
    bundle: (one) =>
      withEntry(one.sign(CONTENT), (entry) => {
        const { inclusionProof: proof } = entry;
        if (proof === undefined) return [];
        const envelope = proof.checkpoint.envelope.replace('\n3\n', '\n4\n');
        return [{ ...entry, inclusionProof: { ...proof, checkpoint: { envelope } } }];
      }),
  },
  {
    name: 'a promise that the log did not make',
    verdict: 'untrusted',
    reason: /promise/,
    bundle: (one) =>
      withEntry(one.sign(CONTENT), (entry) => [{ ...entry, integratedTime: String(Number(entry.integratedTime) + 1) }]),
  },
  {
    name: 'the entry of another signature',
    verdict: 'untrusted',
    reason: /about another signature/,
    bundle: (one) => {
      const [entry] = one.sign(OTHER_CONTENT).verificationMaterial.tlogEntries;
      return withEntry(one.sign(CONTENT), () => (entry === undefined ? [] : [entry]));
    },
  },
  {
    name: 'one entry twice',
    verdict: 'untrusted',
    reason: /says when|twice/,
    bundle: (one) => withEntry(one.sign(CONTENT), (entry) => [entry, entry]),
  },
  {
    name: 'entries without end',
    verdict: 'malformed',
    reason: /more than 8/,
    bundle: (one) => withEntry(one.sign(CONTENT), (entry) => Array.from({ length: 9 }, () => entry)),
  },
  {
    name: 'nothing says when',
    verdict: 'untrusted',
    reason: /says when/,
    bundle: (one) => one.sign(CONTENT, { clock: 'none' }),
  },
  {
    name: 'the timestamp of another signature',
    verdict: 'untrusted',
    reason: /says when/,
    bundle: (one) => {
      const bundle = one.sign(CONTENT, { clock: 'authority' });
      const { timestampVerificationData } = one.sign(CONTENT, { clock: 'authority' }).verificationMaterial;
      return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, timestampVerificationData } };
    },
  },
  {
    name: 'a certificate that had expired',
    verdict: 'untrusted',
    reason: /was not valid when it signed/,
    bundle: (one) => one.sign(CONTENT, { certifiedAt: EARLIER }),
  },
  {
    name: 'a certificate that was not made yet',
    verdict: 'untrusted',
    reason: /was not valid when it signed/,
    bundle: (one) => one.sign(CONTENT, { certifiedAt: LATER }),
  },
  {
    name: 'a certificate that no log was told of',
    verdict: 'untrusted',
    reason: /certificate does not lead/,
    bundle: (one) => one.sign(CONTENT, { isToldToLog: false }),
  },
];

const FILES: readonly SigstoreCase[] = [
  {
    name: 'another Sigstore',
    verdict: 'untrusted',
    reason: /does not lead to the trust root/,
    bundle: () => new PrivateSigstore().sign(CONTENT),
  },
  {
    name: 'a trust root that could not be read',
    verdict: 'unverifiable',
    reason: /could not be read: root\.json/,
    bundle: (one) => one.sign(CONTENT),
    root: () => undefined,
  },
  {
    name: 'a trust root that is none',
    verdict: 'unverifiable',
    reason: /no trusted_root\.json/,
    bundle: (one) => one.sign(CONTENT),
    root: () => Buffer.from('{"tlogs": 1}'),
  },
  {
    name: 'a trust root with nothing in it',
    verdict: 'untrusted',
    reason: /trust root/,
    bundle: (one) => one.sign(CONTENT),
    root: () => Buffer.from('{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}'),
  },
  {
    name: 'a trust root whose logs count since nobody knows when',
    verdict: 'untrusted',
    reason: /certificate does not lead/,
    bundle: (one) => one.sign(CONTENT),
    root: ({ trustedRoot }) => Buffer.from(trustedRoot.toString().replaceAll(/"validFor":\{[^}]*\}/g, '"validFor":{}')),
  },
  { name: 'no JSON', verdict: 'malformed', reason: /no JSON/, bundle: () => 'anything' },
  { name: 'an empty file', verdict: 'malformed', reason: /no JSON/, bundle: () => '' },
  { name: 'JSON of something else', verdict: 'malformed', reason: /no Sigstore bundle/, bundle: () => '{"a": 1}' },
  {
    name: 'a certificate that is none',
    verdict: 'unverifiable',
    reason: /can’t be read/,
    bundle: (one) => {
      const bundle = one.sign(CONTENT);
      const certificate = { rawBytes: base64(Buffer.from('no certificate')) };
      return { ...bundle, verificationMaterial: { ...bundle.verificationMaterial, certificate } };
    },
  },
];

function subjectsOf(content: Buffer): readonly unknown[] {
  const statement: { readonly subject?: readonly unknown[] } = statementOf(content);
  return statement.subject ?? [];
}

export const SIGSTORE_CASES: readonly SigstoreCase[] = [...GOOD, ...IDENTITIES, ...BYTES, ...PROOFS, ...FILES];
