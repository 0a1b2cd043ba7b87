import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { remembered } from './remembered.ts';

test('answers as the function does, whatever is asked in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6 })), fc.integer({ min: 0, max: 12 }), (texts, limit) => {
      const upper = remembered((text) => text.toUpperCase(), limit);
      assert.deepEqual(
        texts.map((text) => upper(text)),
        texts.map((text) => text.toUpperCase()),
      );
    }),
  );
});

test('works out once what is asked again, forgets what was asked longest ago, and keeps nothing that is too long', () => {
  const asked: string[] = [];
  const length = remembered((text) => {
    asked.push(text);
    return text === '' ? undefined : text.length;
  }, 4);
  for (const text of ['', '', 'aa', 'bb', 'aa', 'cc', 'aa', 'bb', 'eeeee', 'eeeee']) length(text);
  assert.deepEqual(asked, ['', 'aa', 'bb', 'cc', 'bb', 'eeeee', 'eeeee']);
});
