import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { debianVersions } from './debian.ts';
import { pythonVersions } from './python.ts';
import type { VersionScheme } from './scheme.ts';
import { semanticVersions } from './semantic.ts';

/** Short, of few characters: so that many pairs are one version in two spellings. */
function holds<Version>({ parse, compare, spell }: VersionScheme<Version>, texts: fc.Arbitrary<string>): void {
  let same = 0;
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const [a, b] = [parse(one), parse(other)];
      fc.pre(a !== undefined && b !== undefined);
      const areSame = compare(a, b) === 0;
      if (areSame && one !== other) same += 1;
      assert.equal(spell(a) === spell(b), areSame, `${one} is ${spell(a)}, ${other} is ${spell(b)}`);
      const again = parse(spell(a));
      assert.ok(again !== undefined && compare(a, again) === 0, `${one} is spelled ${spell(a)}`);
    }),
    { numRuns: 5000, maxSkipsPerRun: 1000 },
  );
  assert.ok(same > 0, 'no two spellings of one version came up');
}

test('every version of Python has one spelling', () => {
  const parts = [
    ['', 'v', '0!', '1!'],
    ['1', '01', '0', '1.0', '1.00', `1.${'0'.repeat(20)}`],
    ['', 'a', 'alpha0', '-alpha.1', 'c', 'rc', '.pre-1', 'preview1'],
    ['', '-0', '.post', 'rev1', '-1'],
    ['', 'dev', '_dev0', '.DEV1'],
    ['', '+a', '+1', '+01', '+a.1', '+A-1'],
  ].map((words) => fc.constantFrom(...words));
  holds(
    pythonVersions,
    fc.tuple(...parts).map((words) => words.join('')),
  );
  const spelled = ['1.0', ' V1!2.00.0-Alpha_3.post-4.DEV5+Ubuntu-01 ', '0.0', '1-2'].map((text) => {
    const version = pythonVersions.parse(text);
    return version && pythonVersions.spell(version);
  });
  assert.deepEqual(spelled, ['1', '1!2a3.post4.dev5+ubuntu.1', '0', '1.post2']);
});

test('every version of Debian has one spelling', () => {
  const parts = ['0', '1', '00', '.', '-', '~', 'a', '+', ':'];
  holds(
    debianVersions,
    fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 }).map((words) => words.join('')),
  );
});

test('every semantic version has one spelling', () => {
  const number = fc.constantFrom('0', '1');
  const end = fc.constantFrom('', '-a', '-1', '-01', '-a.1', '+1', '-a+2', 'a');
  holds(
    semanticVersions,
    fc
      .tuple(fc.constantFrom('', 'v', '='), number, number, number, end)
      .map(([start, major, minor, patch, rest]) => `${start}${major}.${minor}.${patch}${rest}`),
  );
});
