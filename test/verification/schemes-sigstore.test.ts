/** Bundles of a Sigstore that exists only here, and each part of them changed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSigstoreBundle } from '../../src/signatures/sigstore/sigstore.ts';
import { answerTo, judged, NOW, trustOf } from './schemes-judged.ts';
import { CONTENT } from './schemes-minisign.ts';
import { IDENTITY, ISSUER, PrivateSigstore, SIGNED_AT, statementOf } from './schemes-private-sigstore.ts';
import { SIGSTORE_CASES } from './schemes-sigstore-cases.ts';

const sigstore = new PrivateSigstore();
const OURS = { identity: IDENTITY, issuer: ISSUER, trustRoot: 'root.json', name: 'the project' };

describe('Sigstore', () => {
  for (const one of SIGSTORE_CASES)
    it(one.name, async () => {
      const made = one.bundle(sigstore);
      const signature = Buffer.from(typeof made === 'string' ? made : JSON.stringify(made));
      const root = one.root === undefined ? sigstore.trustedRoot : one.root(sigstore);
      const trust = trustOf({ sigstore: [{ ...OURS, ...one.pin }] }, [root]);
      const judgement = await judged(readSigstoreBundle, { signature, content: one.content ?? CONTENT, trust });
      assert.equal(judgement.verdict, one.verdict, judgement.reason);
      assert.match(judgement.reason, one.reason);
      if (judgement.verdict !== 'verified') return;
      assert.equal(judgement.signedAt, SIGNED_AT.toISOString());
      assert.deepEqual(judgement.signer, {
        scheme: 'sigstore',
        id: one.pin?.identity ?? IDENTITY,
        name: 'the project',
      });
    });

  it('is judged by each pin with its own root', async () => {
    const other = new PrivateSigstore();
    const pins = {
      sigstore: [
        { ...OURS, name: 'first' },
        { ...OURS, name: 'second' },
      ],
    };
    const trust = trustOf(pins, [other.trustedRoot, sigstore.trustedRoot]);
    const signature = Buffer.from(JSON.stringify(sigstore.sign(CONTENT)));
    const judgement = await judged(readSigstoreBundle, { signature, content: CONTENT, trust });
    assert.ok(judgement.verdict === 'verified');
    assert.equal(judgement.signer?.name, 'second');
  });

  it('is unverifiable while the root that may vouch for it is missing', async () => {
    const trust = trustOf({ sigstore: [OURS, OURS] }, [new PrivateSigstore().trustedRoot, undefined]);
    const signature = Buffer.from(JSON.stringify(sigstore.sign(CONTENT)));
    assert.equal((await judged(readSigstoreBundle, { signature, content: CONTENT, trust })).verdict, 'unverifiable');
  });

  it('is untrusted where nobody is pinned, and asks for nothing', async () => {
    const read = await readSigstoreBundle(Buffer.from(JSON.stringify(sigstore.sign(CONTENT))), trustOf({}));
    assert.ok(read.kind === 'signatures');
    assert.deepEqual(read.signatures.needs, { kind: 'digests', digests: [] });
    const judgements = await read.signatures.judge({ kind: 'digests', digests: [] }, NOW);
    assert.deepEqual(judgements, [{ verdict: 'untrusted', reason: 'no Sigstore identity is pinned' }]);
  });

  it('needs the digest for statements, and the content as soon as one bundle has none', async () => {
    const trust = trustOf({ sigstore: [OURS] }, [sigstore.trustedRoot]);
    const statement = JSON.stringify(sigstore.attest(statementOf(CONTENT)));
    const bare = JSON.stringify(sigstore.sign(CONTENT));
    const wanted = { [`${statement}\n${statement}\n`]: 'digests', [`${statement}\n${bare}\n`]: 'content' };
    for (const [text, kind] of Object.entries(wanted)) {
      const read = await readSigstoreBundle(Buffer.from(text), trust);
      assert.ok(read.kind === 'signatures');
      assert.equal(read.signatures.needs.kind, kind);
      const judgements = await read.signatures.judge(answerTo(read.signatures.needs, CONTENT), NOW);
      assert.deepEqual(
        judgements.map(({ verdict }) => verdict),
        ['verified', 'verified'],
      );
    }
  });
});
