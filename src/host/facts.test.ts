import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsFrom, parseOsRelease } from './facts.ts';

test('os-release is read with its quotes and escapes', () => {
  const values = parseOsRelease('# x\nID=debian\nPRETTY_NAME="Debian \\"12\\""\nVERSION_ID=\'12\'\nbroken\n');
  assert.deepEqual(
    [...values],
    [
      ['ID', 'debian'],
      ['PRETTY_NAME', 'Debian "12"'],
      ['VERSION_ID', '12'],
    ],
  );
});

test('a machine without os-release is unknown, not wrong', () => {
  const sources = { address: 'local', hostname: 'h', osRelease: '', kernelRelease: '6.1', architecture: 'x86_64' };
  const facts = factsFrom({ ...sources, uid: 1000, container: null, isRunning: true });
  assert.deepEqual([facts.os, facts.osVersion, facts.isRoot], ['unknown', '', false]);
});
