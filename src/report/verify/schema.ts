import { z } from 'zod';
import type { VerifyReport } from '../../core/verify-report.ts';

const count = z.int().min(0);
const path = z.string();
const verdict = z
  .enum(['tampered', 'untrusted', 'unverifiable', 'verified'])
  .describe(
    'verified: a pinned key signed these very bytes, or a list that names them. tampered: they are not what was signed or listed. untrusted: signed, but by nobody who is pinned, or in a way that does not count. unverifiable: nothing that counts says anything.',
  );

const signer = z
  .strictObject({
    scheme: z.string().describe('openpgp, minisign, signify, ssh, sigstore or in-toto.'),
    id: z.string().describe('A fingerprint, key id or identity; proved only where the verdict is verified.'),
    name: z.string().exactOptional().describe('What the policy calls the pinned key.'),
  })
  .meta({ id: 'Signer', description: 'Who signed, as far as the signature says so.' });

const judgement = {
  path: path.describe('The file that the signature or list stands in.'),
  verdict,
  reason: z.string(),
  signer: signer.exactOptional(),
  signedAt: z.string().exactOptional().describe('When it says that it was made: UTC, ISO 8601.'),
};

const signature = z.strictObject(judgement).meta({ id: 'Signature', description: 'What became of one signature.' });

const listed = z
  .strictObject({ ...judgement, line: count, algorithm: z.string().describe('SHA-256.') })
  .meta({ id: 'Listed', description: 'What a list of checksums says of the file.' });

const judgedFile = z.strictObject({
  kind: z.literal('judged'),
  path,
  sizeBytes: count,
  verdict,
  reason: z.string(),
  digests: z.strictObject({ sha256: z.string() }).describe('Of the very bytes that were judged.'),
  signatures: z.array(signature),
  listed: z.array(listed),
});

const unreadFile = z
  .strictObject({ kind: z.literal('unread'), path, reason: z.string() })
  .describe('Could not be looked at, or was not; nothing is said of it.');

const list = z
  .strictObject({
    path,
    verdict,
    reason: z.string(),
    signatures: z.array(signature),
    entries: count,
    malformedLines: count,
  })
  .meta({ id: 'List', description: 'A list of checksums, and whether somebody who is pinned vouches for it.' });

/** What `freehold verify --format json` prints. */
export const verifyReportSchema: z.ZodType<VerifyReport> = z
  .strictObject({
    format: z.literal('freehold.verify/1'),
    tool: z.strictObject({ name: z.literal('freehold'), version: z.string() }),
    at: z.iso.datetime().describe('The moment that expiry was judged at: UTC, ISO 8601.'),
    files: z.array(z.discriminatedUnion('kind', [judgedFile, unreadFile])),
    lists: z.array(list),
    summary: z.strictObject({
      tampered: count,
      untrusted: count,
      unverifiable: count,
      verified: count,
      unread: count,
    }),
  })
  .meta({ title: 'Freehold verification report' });
