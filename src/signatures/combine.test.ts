import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { combineJudgements } from './combine.ts';
import { type SignatureJudgement, VERDICTS } from './judgement.ts';

const judgement = fc.record({ verdict: fc.constantFrom(...VERDICTS), reason: fc.string({ minLength: 1 }) });

test('no signature at all can not be verified', () => {
  assert.deepEqual(combineJudgements([]), { verdict: 'unverifiable', reason: 'there is no signature' });
});

test('a bad signature of a pinned key outweighs all others, one good one all that remain', () => {
  fc.assert(
    fc.property(fc.array(judgement), (all) => {
      const has = (verdict: SignatureJudgement['verdict']): boolean => all.some((one) => one.verdict === verdict);
      const expected = ['tampered', 'verified', 'untrusted'].find((one) => all.some(({ verdict }) => verdict === one));
      const { verdict } = combineJudgements(all);
      assert.equal(verdict, expected ?? 'unverifiable');
      if (verdict === 'verified') assert.ok(has('verified') && !has('tampered'));
      assert.equal(combineJudgements(all.toReversed()).verdict, verdict);
    }),
  );
});

test('what did not count beside a good signature is said, once', () => {
  const good: SignatureJudgement = {
    verdict: 'verified',
    reason: 'signed by us',
    signer: { scheme: 'openpgp', id: 'A' },
    signedAt: '2026-01-01T00:00:00Z',
  };
  const stranger: SignatureJudgement = { verdict: 'untrusted', reason: 'by B, which is not pinned' };
  assert.deepEqual(combineJudgements([stranger, good, stranger]), {
    ...good,
    reason: 'signed by us; 2 other signatures are not counted: by B, which is not pinned',
  });
  assert.equal(
    combineJudgements([stranger, good]).reason,
    'signed by us; 1 other signature is not counted: by B, which is not pinned',
  );
});
