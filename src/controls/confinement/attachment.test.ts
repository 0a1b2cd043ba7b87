import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitOf } from './attachment.ts';

const CASES: readonly (readonly [pattern: string, path: string, fit: 'exact' | 'fits' | 'no' | 'unclear'])[] = [
  ['/usr/bin/man', '/usr/bin/man', 'exact'],
  ['/usr/bin/man', '/usr/bin/mandb', 'no'],
  ['/usr/{bin,sbin}/nscd', '/usr/sbin/nscd', 'exact'],
  ['/{usr/,}bin/{,iputils-}ping', '/bin/iputils-ping', 'exact'],
  ['/{usr/,}bin/{,iputils-}ping', '/usr/bin/ping', 'exact'],
  ['/usr/{{bin,sbin}/traceroute,bin/traceroute.db}', '/usr/bin/traceroute.db', 'exact'],
  ['/usr/sbin/php-fpm*', '/usr/sbin/php-fpm8.2', 'fits'],
  ['/usr/sbin/php-fpm*', '/usr/sbin/php-fpm', 'fits'],
  ['/usr/lib*/samba/{,samba/}rpcd_[a-c]lassic', '/usr/lib64/samba/samba/rpcd_classic', 'fits'],
  ['/usr/*/x', '/usr/a/b/x', 'no'],
  ['/usr/**/x', '/usr/a/b/x', 'fits'],
  ['/usr/b?n/x', '/usr/bin/x', 'fits'],
  ['/usr/b?n/x', '/usr/b/n/x', 'no'],
  ['/a[^b]c', '/a/c', 'fits'],
  ['/a[^b]c', '/abc', 'no'],
  ['/a\\*', '/a*', 'exact'],
  ['/a\\*', '/ab', 'no'],
  ['@{bin}/x', '/usr/bin/x', 'unclear'],
  [`/${'{a,b}'.repeat(20)}`, '/a', 'unclear'],
];

test('attachments fit as apparmor.d(5) says', () => {
  for (const [pattern, path, expected] of CASES) {
    const fit = fitOf(pattern, path);
    assert.equal(fit.kind === 'fits' && fit.isExact ? 'exact' : fit.kind, expected, `${pattern} ${path}`);
  }
});

test('what is longer before its first wildcard is told apart', () => {
  const length = (pattern: string): number => {
    const fit = fitOf(pattern, '/usr/bin/demo');
    return fit.kind === 'fits' ? fit.literalCharacters : -1;
  };
  assert.ok(length('/usr/bin/d*') > length('/usr/**'));
});
