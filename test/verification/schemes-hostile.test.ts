/** Files that nobody made to be read: no reader throws, and none says `verified`. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readMinisignSignature } from '../../src/signatures/minisign/minisign.ts';
import { judgeSignifyMessage, readSignifySignature } from '../../src/signatures/minisign/signify.ts';
import { readSigstoreBundle } from '../../src/signatures/sigstore/sigstore.ts';
import { readSshSignature } from '../../src/signatures/ssh/ssh.ts';
import type { Expected } from './schemes-case.ts';
import { answerTo, NOW, type Reader, trustOf } from './schemes-judged.ts';
import { CONTENT } from './schemes-minisign.ts';
import { IDENTITY, ISSUER, PrivateSigstore, statementOf } from './schemes-private-sigstore.ts';
import { armoured, forge, forgeEd25519, forgeFido, forgeRsa, unarmoured } from './schemes-ssh-forge.ts';

const RUNS = 300;
const sigstore = new PrivateSigstore();
const keys = [forgeEd25519(), forgeFido('ecdsa'), forgeRsa(2048, { method: 'rsa-sha2-512', hash: 'sha512' })];

/** Key id and key are zeros: what random bytes can't mean, and a changed signature can. */
const ZEROS = `RWQ${'A'.repeat(53)}`;
const TRUST = trustOf(
  {
    minisign: [{ key: ZEROS }],
    signify: [{ key: ZEROS }],
    ssh: keys.map(({ line }) => ({ key: line, principal: 'alice' })),
    sigstore: [{ identity: IDENTITY, issuer: ISSUER, trustRoot: 'root.json' }],
  },
  [sigstore.trustedRoot],
);

const MINISIGN_BASE64 = Buffer.concat([Buffer.from('Ed'), Buffer.alloc(72)]).toString('base64');
const MINISIGN = `untrusted comment: a\n${MINISIGN_BASE64}\ntrusted comment: timestamp:1\n${Buffer.alloc(64).toString('base64')}\n`;

/** Strings of a bundle of which every byte counts. */
const SIGNED_PARTS = [
  /"signature":"([^"]+)"/,
  /"digest":"([^"]+)"/,
  /"payload":"([^"]+)"/,
  /"sig":"([^"]+)"/,
  /"canonicalizedBody":"([^"]+)"/,
  /"signedEntryTimestamp":"([^"]+)"/,
  /"hashes":\["([^"]+)"/,
];

async function verdictsOf(reader: Reader, bytes: Uint8Array): Promise<readonly Expected[]> {
  const read = await reader(bytes, TRUST);
  if (read.kind === 'malformed') return ['malformed'];
  const judgements = await read.signatures.judge(answerTo(read.signatures.needs, CONTENT), NOW);
  return judgements.map(({ verdict }) => verdict);
}

async function neverVerified(reader: Reader, bytes: Uint8Array): Promise<void> {
  assert.ok(!(await verdictsOf(reader, bytes)).includes('verified'));
}

const READERS: Readonly<Record<string, Reader>> = {
  minisign: readMinisignSignature,
  signify: readSignifySignature,
  ssh: readSshSignature,
  Sigstore: readSigstoreBundle,
};

/** A byte of a file made another one. */
function mutations(original: Buffer): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(original.length))
    .map(([at, mask, cut]) => {
      const bytes = Buffer.from(original);
      bytes[at] = (bytes[at] ?? 0) ^ mask;
      return cut % 4 === 0 ? bytes.subarray(0, cut) : bytes;
    });
}

describe('hostile files', () => {
  for (const [name, reader] of Object.entries(READERS))
    it(`of random bytes are read as ${name}`, async () => {
      const starts = fc.constantFrom('', MINISIGN.slice(0, 25), '-----BEGIN SSH SIGNATURE-----\n', '{"mediaType":"');
      await fc.assert(
        fc.asyncProperty(starts, fc.uint8Array({ maxLength: 400 }), (start, rest) =>
          neverVerified(reader, Buffer.concat([Buffer.from(start), rest])),
        ),
        { numRuns: RUNS },
      );
    });

  it('of minisign and signify, a byte changed', async () => {
    await fc.assert(
      fc.asyncProperty(mutations(Buffer.from(MINISIGN)), async (bytes) => {
        await neverVerified(readMinisignSignature, bytes);
        await neverVerified(readSignifySignature, bytes);
        assert.notEqual(judgeSignifyMessage(bytes, TRUST).judgement.verdict, 'verified');
      }),
      { numRuns: RUNS },
    );
  });

  for (const key of keys)
    it(`of ssh, a byte changed in what a key of ${key.line.split(' ')[0] ?? ''} signed`, async () => {
      const blob = unarmoured(forge(CONTENT, key));
      await fc.assert(
        fc.asyncProperty(mutations(blob), (bytes) => neverVerified(readSshSignature, Buffer.from(armoured(bytes)))),
        { numRuns: RUNS },
      );
    });

  for (const [name, bundle] of Object.entries({
    signature: sigstore.sign(CONTENT, { clock: 'authority' }),
    statement: sigstore.attest(statementOf(CONTENT)),
  }))
    it(`of Sigstore, a byte changed in the parts of a bundle with a ${name}`, async () => {
      const text = JSON.stringify(bundle);
      const parts = [...text.matchAll(/"(?<base64>[A-Za-z0-9+/]{40,}={0,2})"/g)].map((match) => match[1] ?? '');
      // The certificate and the timestamp have a tag or two outside what is signed, and nobody reads `rootHash`.
      const signed = SIGNED_PARTS.flatMap((part) => part.exec(text)?.[1] ?? []);
      assert.ok(signed.length >= 3);
      const changed = fc
        .constantFrom(...parts)
        .chain((part) =>
          mutations(Buffer.from(part, 'base64')).map((bytes) => ({ part, made: bytes.toString('base64') })),
        );
      await fc.assert(
        fc.asyncProperty(changed, async ({ part, made }) => {
          const verdicts = await verdictsOf(readSigstoreBundle, Buffer.from(text.replace(part, made)));
          assert.ok(!signed.includes(part) || !verdicts.includes('verified'), part);
        }),
        { numRuns: RUNS },
      );
    });
});
