import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toAscii } from './ascii.ts';
import { escapeInvisible, escapeLine, oneLine } from './sanitise.ts';

test('escape sequences, C1 controls and bidirectional overrides become visible', () => {
  assert.equal(escapeInvisible('\x1b[2J\x9b31m\u202eroot\u2066'), '\\x1b[2J\\x9b31m\\u{202e}root\\u{2066}');
  assert.equal(escapeInvisible('a\nb\tc\r\0\x7f'), 'a\\nb\\tc\\r\\x00\\x7f');
  assert.equal(escapeInvisible('\ud800 \u{e0041}'), '\\u{d800} \\u{e0041}');
});

test('text that people write stays as it is', () => {
  for (const text of ['Größe → 5 °C', '日本語', 'می‌خواهم', '👩‍🚀 🇪🇺', 'e\u0301'])
    assert.equal(escapeInvisible(text), text);
});

test('a sentence is one line', () => {
  assert.equal(oneLine('  one\n\n two\u2028three '), 'one two three');
});

test('a line of a file keeps its tabs', () => {
  assert.equal(escapeLine('a\tb\x07'), 'a\tb\\x07');
});

test('nothing that steers a terminal is left of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(
        escapeInvisible(text),
        /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
      );
    }),
  );
});

test('ASCII keeps the meaning of our own typography and names every other character', () => {
  assert.equal(toAscii('0 → 1 · “x” … é 🚀'), '0 -> 1 - "x" ... \\xe9 \\u{1f680}');
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.match(toAscii(text), /^[\0-\x7f]*$/)));
});
