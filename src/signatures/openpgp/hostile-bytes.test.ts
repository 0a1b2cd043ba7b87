/** Every byte of a signature, of a message and of a keyring can be anybody's. */
import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import fc from 'fast-check';
import { createCleartextMessage, createMessage, generateKey, type PrivateKey, revokeKey, sign } from 'openpgp';
import { combineJudgements } from '../combine.ts';
import { type Trust, trustPolicy } from '../trust.ts';
import { readOpenPgpSignatures } from './detached.ts';
import { judgeOpenPgpMessage } from './message.ts';
import { joinAll, numberOctets } from './octets.ts';
import { describePinnedKeys } from './pinned-keys.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const MADE = new Date('2026-01-01T00:00:00Z');
const TEXT = 'Package: freehold\nVersion: 1.0\n- and a dash';
const RUNS = { numRuns: 400 };

suite('hostile bytes', () => {
  let secret: PrivateKey;
  let keyring: Uint8Array;
  let trust: Trust;

  before(async () => {
    const made = { userIDs: { name: 'us' }, format: 'object', date: MADE } as const;
    ({ privateKey: secret } = await generateKey({ type: 'curve25519', ...made }));
    keyring = secret.toPublic().write();
    trust = trusting(keyring);
  });

  function trusting(bytes: Uint8Array): Trust {
    const openpgp = [{ fingerprint: secret.getFingerprint().toUpperCase() }];
    return { policy: trustPolicy.parse({ openpgp }), openpgpKeys: [bytes], sigstoreRoots: [], problems: [] };
  }

  async function clearSigned(): Promise<Uint8Array> {
    const message = await createCleartextMessage({ text: TEXT });
    return Buffer.from(await sign({ message, signingKeys: secret, date: MADE }));
  }

  async function signed(isDetached: boolean): Promise<Uint8Array> {
    const message = await createMessage({ binary: Buffer.from(TEXT) });
    const octets: unknown = await sign({
      message,
      signingKeys: secret,
      date: MADE,
      detached: isDetached,
      format: 'binary',
    });
    assert.ok(octets instanceof Uint8Array);
    return octets;
  }

  test('a message with any of its bytes changed is not verified, or says what was signed', async () => {
    for (const bytes of [await clearSigned(), await signed(false)]) {
      const original = await judgeOpenPgpMessage(bytes, trust, NOW);
      assert.ok(original.kind === 'message');
      assert.equal(combineJudgements(original.judgements).verdict, 'verified');
      await fc.assert(
        fc.asyncProperty(changeOf(bytes), async (changed) => {
          const message = await judgeOpenPgpMessage(changed, trust, NOW);
          if (message.kind === 'malformed' || combineJudgements(message.judgements).verdict !== 'verified') return;
          assert.deepEqual(Buffer.from(message.content), Buffer.from(original.content));
        }),
        RUNS,
      );
    }
  });

  test('a signature with any of its bytes changed never counts for other data', async () => {
    const bytes = await signed(true);
    await fc.assert(
      fc.asyncProperty(changeOf(bytes), fc.uint8Array({ minLength: 64, maxLength: 64 }), async (changed, digest) => {
        const read = await readOpenPgpSignatures(changed, trust);
        if (read.kind === 'malformed') return;
        const { needs } = read.signatures;
        assert.ok(needs.kind === 'digests');
        const judgements = await read.signatures.judge(
          { kind: 'digests', digests: needs.digests.map(() => digest) },
          NOW,
        );
        assert.notEqual(combineJudgements(judgements).verdict, 'verified');
      }),
      RUNS,
    );
  });

  test('a keyring with any of its bytes changed is judged', async () => {
    const bytes = await clearSigned();
    await fc.assert(
      fc.asyncProperty(changeOf(keyring), async (changed) => {
        const other = trusting(changed);
        const [state] = await describePinnedKeys(other, NOW);
        const message = await judgeOpenPgpMessage(bytes, other, NOW);
        assert.ok(state !== undefined && message.kind === 'message');
        const { verdict } = combineJudgements(message.judgements);
        if (state.kind !== 'usable') assert.notEqual(verdict, 'verified');
      }),
      RUNS,
    );
  });

  test('a keyring with more signatures under one key than a function can have arguments is judged', async () => {
    const flood = joinAll([keyring, keyPacket(secret), ...Array<Uint8Array>(190_000).fill(forged(0x1f))]);
    const [state] = await describePinnedKeys(trusting(flood), NOW);
    assert.equal(state?.kind, 'usable');
  });

  test('a revocation does not drown among others that do not hold', async () => {
    const { publicKey } = await revokeKey({ key: secret, date: MADE, format: 'object' });
    const revoked = publicKey.write();
    const [state] = await describePinnedKeys(trusting(revoked), NOW);
    assert.equal(state?.kind, 'revoked');
    const flood = Array<Uint8Array>(300).fill(forged(0x20));
    const [drowned] = await describePinnedKeys(trusting(joinAll([revoked, keyPacket(secret), ...flood])), NOW);
    assert.equal(drowned?.kind, 'missing');
    assert.match(drowned.reason, /more signatures claim to revoke the key than are looked at/);
    const bytes = await clearSigned();
    const message = await judgeOpenPgpMessage(bytes, trusting(joinAll([revoked, keyPacket(secret), ...flood])), NOW);
    assert.ok(message.kind === 'message');
    assert.equal(combineJudgements(message.judgements).verdict, 'untrusted');
  });

  test('whatever is no message, signature or keyring is a value, not an exception', async () => {
    await fc.assert(
      fc.asyncProperty(anything(), async (bytes) => {
        const message = await judgeOpenPgpMessage(bytes, trust, NOW);
        if (message.kind === 'message') assert.notEqual(combineJudgements(message.judgements).verdict, 'verified');
        await readOpenPgpSignatures(bytes, trust);
        const [state] = await describePinnedKeys(trusting(bytes), NOW);
        assert.equal(state?.kind, 'missing');
      }),
      RUNS,
    );
  });
});

/** The primary key once more, as others may put it into a keyring. */
function keyPacket(key: PrivateKey): Uint8Array {
  const body = key.toPublic().keyPacket.write();
  return joinAll([Uint8Array.of(0xc6, 0xff), numberOctets(body.length, 4), body]);
}

/** A signature of a type that says who made it by nothing, was made late in time, and holds for nothing. */
function forged(type: number): Uint8Array {
  const body = Uint8Array.of(4, type, 22, 8, 0, 6, 5, 2, 0x6a, 0, 0, 0, 0, 0, 0, 0);
  return joinAll([Uint8Array.of(0xc2, body.length), body]);
}

/** Octets replaced, put in, or cut out. */
function changeOf(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat({ max: bytes.length - 1 });
  return fc
    .tuple(place, fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 3 }))
    .map(([at, removed, added]) => Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]));
}

/** Octets that look like packets or armour now and then. */
function anything(): fc.Arbitrary<Uint8Array> {
  const body = fc.uint8Array({ maxLength: 60 });
  const tag = fc.constantFrom(0x88, 0xc2, 0xc4, 0xc6, 0xc8, 0xcb, 0xcd, 0xce, 0xa3, 0x99);
  const packets = fc
    .array(fc.tuple(tag, body), { maxLength: 6 })
    .map((all) =>
      Buffer.concat(all.map(([first, octets]) => Buffer.concat([Buffer.from([first, octets.length]), octets]))),
    );
  const label = fc.constantFrom('SIGNATURE', 'MESSAGE', 'PUBLIC KEY BLOCK', 'SIGNED MESSAGE');
  const armoured = fc
    .tuple(label, packets)
    .map(([name, octets]) =>
      Buffer.from(`-----BEGIN PGP ${name}-----\n\n${octets.toString('base64')}\n-----END PGP ${name}-----\n`),
    );
  return fc.oneof(packets, armoured, fc.uint8Array({ maxLength: 200 }));
}
