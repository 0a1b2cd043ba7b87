import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellWord } from './shell-word.ts';

test('ordinary ids and options need no quotes', () => {
  assert.equal(shellWord('kernel/sysctl/net.ipv4.ip_forward'), 'kernel/sysctl/net.ipv4.ip_forward');
  assert.equal(shellWord('-o'), '-o');
  assert.equal(shellWord(''), "''");
});

test('sh reads every word back as it was', () => {
  const words = fc
    .sample(fc.string({ unit: 'binary-ascii' }), { numRuns: 200, seed: 7 })
    .map((word) => word.replaceAll('\0', ''));
  const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], {
    encoding: 'utf8',
  });
  assert.deepEqual(output.split('\0').slice(0, -1), words);
});
