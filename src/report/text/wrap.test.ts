import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displayWidth, graphemes } from './width.ts';
import { wrap } from './wrap.ts';

test('width counts columns, not code units', () => {
  // Reference values: Unicode 15 EastAsianWidth.txt and emoji-test.txt; a combining mark and a joiner take none.
  const widths: readonly (readonly [string, number])[] = [
    ['plain', 5],
    ['日本', 4],
    ['한글', 4],
    ['\u1112\u1161\u11ab', 2],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝ', 2],
    ['e\u0301', 1],
    ['👩‍🚀', 2],
    ['🇪🇺', 2],
    ['❤\ufe0f', 2],
    ['✗ ✓ – →', 7],
    ['\u{20000}', 2],
    ['', 0],
  ];
  for (const [text, columns] of widths) assert.equal(displayWidth(text), columns, JSON.stringify(text));
});

test('lines end at spaces and keep every word', () => {
  assert.deepEqual(wrap('one two three four', 9), ['one two', 'three', 'four']);
  assert.deepEqual(wrap('', 10), []);
});

test('a path longer than the line stays whole', () => {
  assert.deepEqual(wrap('see /etc/sysctl.d/99-sysctl.conf:12 first', 12), [
    'see',
    '/etc/sysctl.d/99-sysctl.conf:12',
    'first',
  ]);
});

test('ideographs break between each other, but not before closing or after opening punctuation', () => {
  assert.deepEqual(wrap('日本語日本語', 6), ['日本語', '日本語']);
  assert.deepEqual(wrap('日本語。日本', 6), ['日本', '語。日', '本']);
  assert.deepEqual(wrap('日本「語」', 6), ['日本', '「語」']);
});

const word = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'é', '日', '本', '。', '「', '👩‍🚀', '🇪🇺', '-'), minLength: 1, maxLength: 12 }),
  fc.constant('kernel.unprivileged_bpf_disabled'),
);

test('a wrapped line fits or is one piece that may not break, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), fc.integer({ min: 4, max: 60 }), (words, width) => {
      const lines = wrap(words.join(' '), width);
      assert.equal(lines.join('').replaceAll(' ', ''), words.join(''));
      for (const line of lines) {
        if (displayWidth(line) <= width) continue;
        assert.ok(!line.includes(' '), line);
        const wide = graphemes(line).map((part) => displayWidth(part) === 2 && !/[。「]/u.test(part));
        assert.ok(!wide.some((isWide, index) => isWide && wide[index + 1] === true), line);
      }
    }),
  );
});
