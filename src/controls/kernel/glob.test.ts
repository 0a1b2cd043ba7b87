import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { globMatches, isGlob } from './glob.ts';

test('patterns match as glob(3) matches', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['net/ipv4/conf/*/rp_filter', 'net/ipv4/conf/all/rp_filter', true],
    ['net/ipv4/conf/*/rp_filter', 'net/ipv4/conf/eth0.1/rp_filter', true],
    ['net/*/rp_filter', 'net/ipv4/conf/all/rp_filter', false],
    ['a/?', 'a/b', true],
    ['a/?', 'a/', false],
    ['a/[!b]', 'a/b', false],
    ['a/[^b]', 'a/c', true],
    ['a/[a-c]x', 'a/bx', true],
    ['a/[]b]', 'a/]', true],
    ['a/[b', 'a/[b', true],
    ['a/\\*', 'a/*', true],
    ['a/\\*', 'a/b', false],
    ['a/*', 'a/.hidden', false],
    ['a/.*', 'a/.hidden', true],
    ['a/{b,c*}/d', 'a/cx/d', true],
    ['a/{b,{c,d}}', 'a/d', true],
    ['a/{}', 'a/{}', true],
    ['a/{b', 'a/{b', true],
    ['a/*b*c*', 'a/xxbxxcxx', true],
    ['a/*b*c*', 'a/xxcxxbxx', false],
  ];
  for (const [pattern, path, matches] of cases) assert.equal(globMatches(pattern, path), matches, `${pattern} ${path}`);
});

test('a path without wildcards matches itself and nothing else', () => {
  const path = fc.stringMatching(/^[a-z0-9_]{1,8}(\/[a-z0-9_.]{1,8}){0,4}$/);
  fc.assert(
    fc.property(path, path, (one, other) => {
      assert.equal(isGlob(one), false);
      assert.equal(globMatches(one, other), one === other);
    }),
  );
});

test('hostile patterns cost little', () => {
  const stars = `${'*a'.repeat(2000)}b`;
  const braces = '{a,b}'.repeat(60);
  const started = performance.now();
  assert.equal(globMatches(stars, 'a'.repeat(5000)), false);
  assert.equal(globMatches(braces, 'a'.repeat(60)), false);
  assert.ok(performance.now() - started < 2000);
});
