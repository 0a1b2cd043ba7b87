import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sysctlKey, sysctlPath } from './key.ts';

test('both spellings of a key name one path, as sysctl.d(5) has it', () => {
  const spellings: readonly (readonly [string, string])[] = [
    ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
    ['net/ipv4/ip_forward', 'net/ipv4/ip_forward'],
    ['net.ipv4.conf.enp3s0/200.forwarding', 'net/ipv4/conf/enp3s0.200/forwarding'],
    ['net/ipv4/conf/enp3s0.200/forwarding', 'net/ipv4/conf/enp3s0.200/forwarding'],
    ['/net//ipv4/./ip_forward', 'net/ipv4/ip_forward'],
    ['.net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
  ];
  for (const [name, path] of spellings) assert.equal(sysctlPath(name), path, name);
});

test('the key of a path leads back to the path', () => {
  const part = fc.stringMatching(/^[a-z0-9_][a-z0-9_.-]{0,8}$/);
  // The first part of every real path has no dot; with one, its key could not be told from a path.
  const path = fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.array(part, { minLength: 1, maxLength: 5 }));
  fc.assert(
    fc.property(path, ([first, rest]) => {
      const whole = [first, ...rest].join('/');
      assert.equal(sysctlPath(sysctlKey(whole)), whole);
    }),
  );
});
