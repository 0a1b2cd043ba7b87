import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteClasses } from './byte-classes.ts';
import { BYTES, byteSet, singleByte } from './byte-set.ts';

const byte = fc.integer({ min: 1, max: BYTES - 1 });
const set = fc.oneof(
  byte.map(singleByte),
  fc.uniqueArray(byte, { maxLength: 40 }).map((bytes) => byteSet((one) => bytes.includes(one))),
  fc.tuple(byte, byte).map(([from, to]) => byteSet((one) => one >= from && one <= to)),
);

test('bytes are in one class where no set tells them apart, numbered by the lowest', () => {
  fc.assert(
    fc.property(fc.array(set, { maxLength: 12 }), (sets) => {
      const { of, count, examples } = byteClasses(sets);
      const numbers = new Map<string, number>();
      for (let one = 0; one < BYTES; one += 1) {
        const key = sets.map((own) => own[one]).join('');
        const expected = numbers.get(key) ?? numbers.size;
        numbers.set(key, expected);
        assert.equal(of[one], expected);
      }
      assert.equal(count, numbers.size);
      assert.equal(examples.length, count);
      for (const [own, example] of examples.entries()) if (example !== 0) assert.equal(of[example], own);
    }),
  );
});

test('each byte may have a class of its own', () => {
  const { of, count } = byteClasses(Array.from({ length: BYTES - 1 }, (_, index) => singleByte(BYTES - 1 - index)));
  assert.equal(count, BYTES);
  assert.deepEqual([...of], [...Array.from({ length: BYTES }).keys()]);
});
