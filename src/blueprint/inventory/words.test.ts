import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../core/json.ts';
import { expandHostWord } from './host-words.ts';
import { pythonValue } from './python-literal.ts';
import { resolvePlain } from './python-scalar.ts';
import { splitWords } from './shell-words.ts';
import { readSshArguments } from './ssh-arguments.ts';

suite('words of a line', () => {
  const words = (line: string, comments = true): readonly string[] => {
    const split = splitWords(line, { comments });
    assert(split.kind === 'words');
    return split.words.map(({ text }) => text);
  };

  test('quotes, backslashes and comments as shlex has them', () => {
    assert.deepEqual(words(`a "b c" 'd "e"' f\\ g h"i"'j'`), ['a', 'b c', 'd "e"', 'f g', 'hij']);
    assert.deepEqual(words('a b#c d'), ['a', 'b']);
    assert.deepEqual(words('a b#c d', false), ['a', 'b#c', 'd']);
    assert.deepEqual(words(String.raw`"a\"b\\c\d" 'e\'`), [String.raw`a"b\c\d`, 'e\\']);
    assert.deepEqual(words(`'' a=""`), ['', 'a=']);
  });

  test('any words come back when they are quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const line = texts.map((text) => `'${text.replaceAll("'", `'"'"'`)}'`).join(' ');
        assert.deepEqual(words(line), texts);
      }),
    );
  });

  test('any line is cut, or said why not', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a \\"'#=]*$/), (line) => {
        const split = splitWords(line, { comments: true });
        if (split.kind === 'words') for (const { offset } of split.words) assert.notEqual(line[offset], ' ');
        else assert(split.offset < line.length);
      }),
    );
  });
});

suite('values', () => {
  test('come back from how Python spells them', () => {
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.oneof(
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
          fc.stringMatching(/^[a-z "'\\]*$/),
          fc.constantFrom(0.5, -1e300),
        ),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-z']{0,4}$/), tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        assert.deepEqual(pythonValue(spell(one)), one, spell(one));
      }),
    );
  });

  test('of any text are a literal or the text', () => {
    const text = fc.stringMatching(/^[()[\]{}"'\\,:+.0-9eExXabTrueNone_# \n-]*$/);
    fc.assert(
      fc.property(text, (written) => {
        const value = pythonValue(written);
        assert(typeof value !== 'number' || Number.isFinite(value));
        if (typeof resolvePlain(written) === 'number') assert(Number.isFinite(resolvePlain(written)));
      }),
      { numRuns: 2000 },
    );
  });

  test('nested too deep are texts', () => {
    const deep = '['.repeat(100_000);
    assert.equal(pythonValue(deep), deep);
  });
});

suite('names of hosts', () => {
  test('ranges multiply, the first one outermost', () => {
    const expanded = expandHostWord('r[1:2]-[a:b].x:22');
    assert.deepEqual(expanded, { kind: 'hosts', names: ['r1-a.x', 'r1-b.x', 'r2-a.x', 'r2-b.x'], port: 22 });
  });

  test('any word is expanded within the limit, or said why not', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[[\]:19af.@-]*$/), (word) => {
        const expanded = expandHostWord(word);
        if (expanded.kind === 'hosts') assert(expanded.names.length >= 1 && expanded.names.length <= 100_000);
      }),
      { numRuns: 2000 },
    );
  });
});

test('whatever ssh options an inventory has, none of what comes of them opens a host or weakens its key', () => {
  const word = fc.constantFrom(
    '-o',
    '-J',
    'b',
    '-A',
    '-4',
    '-p',
    '22',
    '-oStrictHostKeyChecking=no',
    'ProxyJump=x',
    '-vA4',
    '-F',
    '--',
    'UserKnownHostsFile /dev/null',
    '-L1:a:2',
    '-N',
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const read = readSshArguments(words.map((one) => `'${one}'`).join(' '));
      if (read.kind === 'wrong') return;
      const { words: used } = read.value;
      for (let at = 0; at < used.length; at += 1) {
        const flag = used[at] ?? '';
        assert.match(flag, /^-[46aCkobcimBFIJ]$/);
        if (!/^-[46aCk]$/.test(flag)) at += 1;
        if (flag === '-o') assert.match(used[at] ?? '', /^(?!StrictHostKeyChecking|UserKnownHostsFile)\w+=/i);
      }
    }),
    { numRuns: 2000 },
  );
});

/** As Python's `repr` spells a value, more or less. */
function spell(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, String.raw`\$&`)}'`;
  if (isList(value)) return `[${value.map(spell).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${spell(key)}: ${spell(inner)}`)
    .join(',')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
