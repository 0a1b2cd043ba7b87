import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fnmatch } from './fnmatch.ts';

test('patterns as fnmatch(3) takes them without flags', () => {
  const matching = [
    ['/usr/share/doc/*', '/usr/share/doc/a/b'],
    ['*', '.hidden/x'],
    ['a?c', 'a/c'],
    ['[!a-c]x', 'dx'],
    ['[]x]', ']'],
    ['[\\]a]', ']'],
    ['\\*', '*'],
    ['[a', '[a'],
  ] as const;
  const others = [
    ['/usr/share/doc/*', '/usr/share/doc'],
    ['[!a-c]x', 'bx'],
    ['[\\]a]', '\\'],
    ['\\*', 'x'],
    ['', 'x'],
  ] as const;
  for (const [pattern, text] of matching) assert.ok(fnmatch(pattern, text), `${pattern} ${text}`);
  for (const [pattern, text] of others) assert.ok(!fnmatch(pattern, text), `${pattern} ${text}`);
});

test('many stars take no longer than their product', () => {
  assert.ok(!fnmatch(`${'*a'.repeat(200)}b`, 'a'.repeat(20_000)));
});
