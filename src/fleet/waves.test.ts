import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitWaves } from './waves.ts';

test('a canary goes first, then shares of all machines', () => {
  const items = Array.from({ length: 20 }, (_, index) => index);
  const waves = splitWaves(items, { canary: 1, wave: { kind: 'share', percent: 10 } });
  assert.deepEqual(waves[0], [0]);
  assert.deepEqual(waves[1], [1, 2]);
  assert.equal(waves.length, 11);
});

test('every machine is in one wave, in its order, and none is empty', () => {
  const size = fc.oneof(
    fc.record({ kind: fc.constant('count' as const), count: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ kind: fc.constant('share' as const), percent: fc.integer({ min: 1, max: 100 }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.nat({ max: 60 }), size, (items, canary, wave) => {
      const waves = splitWaves(items, { canary, wave });
      assert.deepEqual(waves.flat(), items);
      assert.ok(waves.every((some) => some.length > 0));
      if (canary > 0 && items.length > 0) assert.equal(waves[0]?.length, Math.min(canary, items.length));
    }),
  );
});
