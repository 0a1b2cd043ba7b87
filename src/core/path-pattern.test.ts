import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coversPath, globProblem, matchesPath, parseGlob } from './path-pattern.ts';

const name = fc
  .array(fc.constantFrom('a', 'b', '.', 'x'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''));
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => `/${names.join('/')}`);
const part = fc.oneof(
  fc.constant('**'),
  fc
    .array(fc.constantFrom('a', 'b', 'x', '?', '*'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('').replaceAll(/\*+/g, '*')),
);
const pattern = fc.array(part, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);

/** The same by a regular expression, which takes its time where ours doesn't. */
function expected(text: string, of: string): boolean {
  const source = text
    .split('/')
    .slice(1)
    .map((one) =>
      one === '**' ? '(?:/[^/]+)*' : `/${one.replaceAll('.', '[.]').replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}`,
    )
    .join('');
  return new RegExp(`^${source}$`).test(of);
}

test('patterns mean what their regular expressions mean', () => {
  fc.assert(
    fc.property(pattern, path, (text, of) => {
      assert.equal(matchesPath(parseGlob(text), of), expected(text, of), `${text} ${of}`);
    }),
    { numRuns: 2000 },
  );
});

test('a pattern covers what lies below what it means', () => {
  fc.assert(
    fc.property(pattern, path, path, (text, above, below) => {
      if (matchesPath(parseGlob(text), above)) assert.ok(coversPath(parseGlob(text), above + below));
    }),
  );
  assert.ok(!coversPath(parseGlob('/a/b'), '/a'));
  assert.ok(!coversPath(parseGlob('/a/b'), '/a/bc'));
  assert.ok(coversPath(parseGlob('/a/*.log'), '/a/x.log/y'));
});

test('what is no pattern', () => {
  assert.equal(globProblem('/a/**/b*'), undefined);
  for (const bad of ['a', '', '/a**', '/**b', `/${'a'.repeat(2000)}`])
    assert.notEqual(globProblem(bad), undefined, bad);
});

test('a hostile pattern takes no more time than its length times that of the path', () => {
  const text = `/${'*a'.repeat(100)}*b`;
  assert.equal(matchesPath(parseGlob(text), `/${'a'.repeat(255)}`), false);
  const deep = `/${'**/a/'.repeat(100)}b`;
  assert.equal(matchesPath(parseGlob(deep), '/a'.repeat(2000)), false);
});
