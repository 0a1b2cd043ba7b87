import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSameParameter, parseCommandLine } from './boot-parameters.ts';

test('words, values and quotes as the kernel splits them', () => {
  const line = 'quiet root=/dev/vda  a.b="x y" "c=d e" f="" -- init=x';
  assert.deepEqual(parseCommandLine(line), [
    { name: 'quiet', value: null },
    { name: 'root', value: '/dev/vda' },
    { name: 'a.b', value: 'x y' },
    { name: 'c', value: 'd e' },
    { name: 'f', value: '' },
  ]);
  assert.equal(isSameParameter('init-on-alloc', 'init_on_alloc'), true);
});

test('any text is split without an error, and no name is empty', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.ok(parseCommandLine(text).every(({ name }) => name !== ''));
    }),
  );
});
