import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exampleOf, includes, intersects } from './compare.ts';
import { matches, parsePattern, type Pattern, unionOf } from './pattern.ts';
import { aare, pathFor } from '../../../test/confinement/patterns.ts';

function pattern(text: string): Pattern {
  const parsed = parsePattern(text);
  assert.ok(parsed.kind === 'pattern', text);
  return parsed.pattern;
}

function example(text: string): string {
  const found = exampleOf(pattern(text));
  assert.ok(found.kind === 'common', text);
  return found.example;
}

test('examples are paths, short and readable', () => {
  assert.equal(example('/home/*/.ssh/**'), '/home/a/.ssh/a');
  assert.equal(example('/a/.*'), '/a/.x');
  assert.equal(example('/a[^a]'), '/ax');
  assert.equal(exampleOf(pattern('/a/[/]')).kind, 'disjoint', 'no path has a doubled slash');
  assert.equal(exampleOf(pattern('/{.,..}/a')).kind, 'disjoint', 'nor dots for components');
  assert.deepEqual(exampleOf(pattern('a//b'), 'texts'), { kind: 'common', example: 'a/b' });
});

test('inclusion, with what speaks against it', () => {
  assert.deepEqual(includes(pattern('/home/**'), pattern('/home/*/.ssh/**')), { kind: 'included' });
  assert.deepEqual(includes(pattern('/a/*'), pattern('/a/**')), { kind: 'not-included', example: '/a/x/' });
  assert.deepEqual(includes(pattern('/a/**'), pattern('/a{,/**}')), { kind: 'not-included', example: '/a' });
  assert.deepEqual(includes(pattern('/{a,b}/**'), pattern('/[ab]/?*')), { kind: 'included' });
  const both = unionOf([pattern('/a/**'), pattern('/b')]);
  assert.deepEqual(includes(both, pattern('/{a/c,b}')), { kind: 'included' });
  assert.deepEqual(includes(unionOf([]), pattern('/a')), { kind: 'not-included', example: '/a' });
});

test('intersection, with a common path', () => {
  assert.deepEqual(intersects(pattern('/tmp/**'), pattern('/**/*.so')), { kind: 'common', example: '/tmp/.so' });
  assert.deepEqual(intersects(pattern('/usr/**'), pattern('/home/**')), { kind: 'disjoint' });
});

test('what is too large to be compared is unknown', () => {
  const large = pattern(`/**a${'?'.repeat(40)}`);
  assert.equal(includes(large, pattern(`/**b${'?'.repeat(40)}`)).kind, 'unknown');
});

test('answers agree with matching', () => {
  fc.assert(
    fc.property(aare, aare, (a, b) => {
      const [first, second] = [pattern(a), pattern(b)];
      const common = intersects(first, second);
      const included = includes(first, second);
      if (common.kind === 'common')
        assert.ok(matches(first, common.example) && matches(second, common.example), `${a} ${b} ${common.example}`);
      if (included.kind === 'not-included')
        assert.ok(!matches(first, included.example) && matches(second, included.example), `${a} ${b}`);
      const [path] = fc.sample(pathFor(b), { numRuns: 1, seed: a.length }) as [string];
      // `.` is no letter of these patterns: only doubled slashes are no paths.
      if (path === '' || path.includes('//') || !matches(second, path)) return;
      if (matches(first, path)) assert.equal(common.kind, 'common', `${a} ${b} ${path}`);
      else assert.equal(included.kind, 'not-included', `${a} ${b} ${path}`);
    }),
    { numRuns: 1500, seed: 6 },
  );
});
