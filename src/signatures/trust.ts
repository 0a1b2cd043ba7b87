import { z } from 'zod';
import { readPublicKey } from './dsse/public-key.ts';

const path = z.string().regex(/^[^\p{Cc}]+$/u, 'must be a path');
const name = z.string().min(1).optional().describe('What people call it; shown in verdicts.');

const FINGERPRINT = /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/;

const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(/[\s:]/g, '').toUpperCase())
  .pipe(
    z.string().regex(FINGERPRINT, 'must be a full fingerprint: 40 or 64 hexadecimal digits; key ids can be forged'),
  );

const openpgpPin = z.strictObject({
  fingerprint: fingerprint.describe(
    'The full fingerprint of the primary key. Signatures by its signing subkeys count.',
  ),
  name,
  keyring: path
    .optional()
    .describe(
      'The file that holds the key, armoured or binary; others in it do not count. Relative: from the folder of the blueprint.',
    ),
  key: z.string().optional().describe('The key itself, armoured.'),
});

const minisignKey = z
  .string()
  .regex(/^RW[A-Za-z0-9+/]{54}$/, 'must be the second line of a public key file: 56 characters that begin with RW');

const attestationKey = z.string().superRefine((text, context) => {
  const read = readPublicKey(text);
  if (read.kind === 'refused') context.addIssue({ code: 'custom', message: `must be a public key: ${read.reason}` });
});

/** The `trust:` part of the section `integrity`: whose signatures count. Nothing else does. */
export const trustPolicy = z.strictObject({
  openpgp: z.array(openpgpPin).default([]).describe('OpenPGP keys, each by its full fingerprint.'),
  minisign: z
    .array(z.strictObject({ key: minisignKey, name }))
    .default([])
    .describe('Public keys of minisign.'),
  signify: z
    .array(z.strictObject({ key: minisignKey, name }))
    .default([])
    .describe('Public keys of signify.'),
  ssh: z
    .array(
      z.strictObject({
        key: z.string().min(1).describe('The public key: `ssh-ed25519 AAAA…`.'),
        principal: z.string().min(1).describe('Who it belongs to, as in allowed_signers.'),
        namespaces: z.array(z.string().min(1)).default(['file']).describe('What it may sign.'),
        isAuthority: z.boolean().default(false).describe('Whether it is an authority whose certificates count.'),
        validAfter: z.iso
          .datetime()
          .optional()
          .describe('Signatures are judged as of now; before this moment they do not count.'),
        validBefore: z.iso.datetime().optional().describe('After this moment they do not count.'),
      }),
    )
    .default([])
    .describe('Keys of OpenSSH, as in allowed_signers.'),
  sigstore: z
    .array(
      z.strictObject({
        identity: z.string().min(1).describe('The subject of the certificate: an address or a URI, whole.'),
        issuer: z.string().min(1).describe('Who vouched for it: the OIDC issuer.'),
        trustRoot: path.describe('The trusted root (trusted_root.json).'),
        name,
      }),
    )
    .default([])
    .describe('Identities of Sigstore, with the trust root that their certificates and logs are judged by.'),
  attestations: z
    .array(
      z.strictObject({
        key: attestationKey.describe(
          'The public key, Ed25519 or ECDSA over P-256: PEM (`-----BEGIN PUBLIC KEY-----`), or Base64 of the same (DER) or of the 32 bytes of an Ed25519 key.',
        ),
        name,
      }),
    )
    .default([])
    .describe('Keys of those who sign attestations of in-toto (.intoto.jsonl).'),
  minimumRsaBits: z.int().min(1024).default(2048).describe('RSA and DSA keys that are shorter do not count.'),
});

export type TrustPolicy = z.output<typeof trustPolicy>;
export type OpenPgpPin = TrustPolicy['openpgp'][number];

/** A policy with the files it names read: what signatures are judged by. Key material is bytes, armoured or binary. */
export interface Trust {
  readonly policy: TrustPolicy;
  /** For each OpenPGP pin, in the order of the policy, what its `keyring` or `key` holds; `undefined` where it could not be read. */
  readonly openpgpKeys: readonly (Uint8Array | undefined)[];
  /** For each Sigstore identity, its trusted root. */
  readonly sigstoreRoots: readonly (Uint8Array | undefined)[];
  /** What could not be read, one sentence each. */
  readonly problems: readonly string[];
}
