import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memberLines } from './json-lines.ts';

test('the members of each section have their lines', () => {
  const text =
    '{\n "default": {\n  "a": {"version": "}\\"{"},\n  "b":\n   {}\n },\n "list": [\n  {"x": 1}],\n "__proto__": {"c": {}}\n}';
  assert.deepEqual(
    memberLines(text),
    new Map([
      [
        'default',
        new Map([
          ['a', 3],
          ['b', 4],
        ]),
      ],
      ['__proto__', new Map([['c', 9]])],
    ]),
  );
});

test('no text breaks it', () => {
  fc.assert(fc.property(fc.json(), (text) => void memberLines(text)));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', ':', 'a', '\n') }),
      (text) => void memberLines(text),
    ),
  );
});
