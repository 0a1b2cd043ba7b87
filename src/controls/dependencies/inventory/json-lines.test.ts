import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyLines, visitKeys } from './json-lines.ts';

function keysOf(text: string, depth: number): readonly (readonly [string, number])[] {
  const keys: (readonly [string, number])[] = [];
  visitKeys(text, depth, (path, line) => keys.push([path.join('/'), line]));
  return keys;
}

test('every key has the line it stands on, down to a depth, and what stands in lists has none', () => {
  const text = '{\n "a": {"b": {\n"c": 1}},\n "list": [{"x": 1}],\n "q\\"{": "}\\\\",\n "z"\n: [] }';
  assert.deepEqual(keysOf(text, 2), [
    ['a', 2],
    ['a/b', 2],
    ['list', 4],
    ['q"{', 5],
    ['z', 7],
  ]);
});

test('a key that is there twice has no line that is certain', () => {
  const lines = new KeyLines();
  visitKeys('{"a":1,\n"b":2,\n"a":3}', 1, ([key], line) => lines.add(key ?? '', line));
  assert.deepEqual([lines.get('a'), lines.get('b')], [undefined, 2]);
});

test('finds as many keys as there are, whatever they are called', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }))), (value) => {
      const expected = Object.entries(value).flatMap(([key, inner]) => [
        [key],
        ...Object.keys(inner).map((one) => [key, one]),
      ]);
      const keys: string[][] = [];
      visitKeys(JSON.stringify(value, undefined, 1), 2, (path) => keys.push([...path]));
      assert.deepEqual(keys, expected);
    }),
  );
});
