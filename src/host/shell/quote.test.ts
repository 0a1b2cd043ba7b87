import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { quote, quoteAll } from './quote.ts';

const SHELLS = [['sh'], ['bash'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync(program, ['-c', ':']).status === 0,
);
/** What shells take for something else than itself. */
const HOSTILE = fc.constantFrom(
  "'",
  "''",
  '\\',
  '\n',
  '$(id)',
  '`id`',
  '$HOME',
  '!',
  '*',
  ' ',
  '\r',
  '#',
  '"',
  '~',
  ';',
  '\x7f',
  'é',
  '\\0',
);
const text = fc.oneof(
  fc.array(HOSTILE).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0')),
);
const RUNS = 60;

test('every shell reads a quoted word as the text it stands for', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (words) => {
      for (const [program = '', ...rest] of SHELLS) {
        const script = `printf '%s\\n.' ${quoteAll(words)}`;
        const { stdout } = spawnSync(program, [...rest, '-c', script]);
        assert.equal(stdout.toString(), words.map((word) => `${word}\n.`).join(''), program);
      }
    }),
    { numRuns: RUNS },
  );
});

test('NUL, which no word can hold, is refused', () => {
  assert.throws(() => quote('a\0b'), RangeError);
});
