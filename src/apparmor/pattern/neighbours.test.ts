import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Neighbours } from './neighbours.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 5 });

test('finds all whose beginning goes on from a text or ends within it, and no others', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 30 }), text, (prefixes, asked) => {
      const index = new Neighbours(prefixes.map((prefix, value) => ({ prefixes: [prefix], value })));
      const numbers = (isNear: (prefix: string) => boolean): readonly number[] =>
        prefixes.flatMap((prefix, value) => (isNear(prefix) ? [value] : []));
      const sorted = (found: Iterable<number>): readonly number[] => [...found].sort((a, b) => a - b);
      assert.deepEqual(
        sorted(index.before(asked)),
        numbers((prefix) => asked.startsWith(prefix)),
      );
      assert.deepEqual(
        sorted(index.near([asked])),
        numbers((prefix) => asked.startsWith(prefix) || prefix.startsWith(asked)),
      );
    }),
    { numRuns: 500, seed: 8 },
  );
});
