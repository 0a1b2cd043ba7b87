import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comparePaths } from './entry.ts';

test('paths are sorted by the bytes of their names', () => {
  const character = fc.constantFrom('a', 'b', '/', 'ü', '\u{d7ff}', '\u{e000}', '\u{ffff}', '\u{10000}', '\u{1f600}');
  const path = fc.string({ unit: fc.oneof(character, fc.string({ minLength: 1, maxLength: 1, unit: 'binary' })) });
  fc.assert(
    fc.property(path, path, (a, b) => {
      assert.equal(Math.sign(comparePaths(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)), `${a} ${b}`);
    }),
    { numRuns: 2000 },
  );
});
