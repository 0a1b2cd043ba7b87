import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitOf } from './attachment.ts';
import { attachedTo, type ProfileView } from './programs/view.ts';

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
  ['/opt/@{name}/x*', '/opt/a/x1', 'unclear'],
  ['@{bin}/x', '/usr/bin/y', 'no'],
  ['/opt/@{name}/x', '/usr/a/x', 'no'],
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

test('a pattern may fit less well than one with variables, the path itself never does', () => {
  const view = (label: string): ProfileView => ({
    label,
    attachments: [label],
    now: { kind: 'none' },
    next: { kind: 'none', reason: '' },
  });
  const attached = (...labels: readonly string[]): string => {
    const found = attachedTo('/usr/bin/demo', labels.map(view));
    return found.kind === 'profile' ? found.profile.label : found.kind;
  };
  assert.equal(attached('/usr/bin/*', '@{bin}/demo'), 'unclear');
  assert.equal(attached('/usr/bin/*', '@{bin}/other'), '/usr/bin/*');
  assert.equal(attached('/usr/bin/demo', '@{bin}/demo'), '/usr/bin/demo');
});
