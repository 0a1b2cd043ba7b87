import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { allowIn } from './manifest.ts';

const PATH = '/srv/web/package.json';

function allow(text: string, name: string, [from, to]: readonly [string, string]): ReturnType<typeof allowIn> {
  return allowIn(text, PATH, { name, from, to });
}

suite('allowIn', () => {
  test('only the range in the dependencies changes', () => {
    const text = '{ "a": "1.0.0",\n\t"dependencies" : {"a" :\t"1.0.0"}, "overrides": {"a": "1.0.0"} }';
    assert.deepEqual(allow(text, 'a', ['1.0.0', '1.0.1']), {
      kind: 'fits',
      text: text.replace('"a" :\t"1.0.0"', '"a" :\t"1.0.1"'),
      isChanged: true,
    });
  });

  const kept: readonly (readonly [string, string, string])[] = [
    ['^1.2.0', '^1.2.0', '1.3.0'],
    ['~1.2.0', '~1.3.0', '1.3.0'],
    ['1.2.0', '1.3.0', '1.3.0'],
    ['*', '*', '1.3.0'],
    ['>=1 <3', '>=1 <3', '1.3.0'],
  ];
  for (const [before, after, to] of kept) {
    test(`${before} becomes ${after} for ${to}`, () => {
      const edit = allow(`{"devDependencies": {"@x/a": "${before}"}}`, '@x/a', ['1.2.0', to]);
      assert.deepEqual(edit, {
        kind: 'fits',
        text: `{"devDependencies": {"@x/a": "${after}"}}`,
        isChanged: before !== after,
      });
    });
  }

  for (const [range, from, to] of [
    ['^1.0.0', '1.0.0', '2.0.0'],
    ['0.1.0', '0.1.0', '0.2.0'],
    ['1.x <1.5', '1.0.0', '1.6.0'],
  ] as const) {
    test(`${range} is for people where ${to} is needed`, () => {
      const edit = allow(`{"dependencies": {"a": "${range}"}}`, 'a', [from, to]);
      assert.ok(edit.kind === 'obstacle');
      assert.match(edit.reason, new RegExp(`asks for a .*${to.replaceAll('.', '\\.')}`));
    });
  }

  test('a name that is only a part of another one, and one that nobody asks for', () => {
    const text = '{"dependencies": {"aa": "1.0.0", "a.b": "1.0.0"}}';
    assert.deepEqual(allow(text, 'a', ['1.0.0', '1.0.1']), { kind: 'fits', text, isChanged: false });
    assert.deepEqual(allow(text, 'axb', ['1.0.0', '1.0.1']), { kind: 'fits', text, isChanged: false });
  });
});
