import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyOf, RepeatedNames } from './repeated-names.ts';

test('every name that comes more than once is found, and no other of a few', () => {
  const names = fc.array(fc.string({ maxLength: 3 }), { maxLength: 3000 });
  fc.assert(
    fc.property(names, (all) => {
      const found = new RepeatedNames();
      for (const name of all) found.add(name);
      const counts = new Map<string, number>();
      for (const name of all) counts.set(name, (counts.get(name) ?? 0) + 1);
      const repeated = [...counts].filter(([, count]) => count > 1).map(([name]) => keyOf(name));
      assert.deepEqual(found.repeated(), new Set(repeated));
    }),
    { numRuns: 50 },
  );
});
