import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { openLocalHost } from '../../host/local.ts';
import { type OpenedInside, openInside, readOutput } from './open-inside.ts';

const refused = '@pid 7\n@label demo (enforce)\nsh: 13: cannot open /etc/shadow: Permission denied\n@refused\n@end 0\n';

const CASES: readonly (readonly [output: string, opened: OpenedInside])[] = [
  [refused, { kind: 'tried', pid: 7, mode: 'enforce', end: 'refused' }],
  ['@pid 7\n@label demo (complain)\n@opened\n@end 0\n', { kind: 'tried', pid: 7, mode: 'complain', end: 'opened' }],
  ['@pid 7\n@label demo (kill)\n@end 137\n', { kind: 'tried', pid: 7, mode: 'kill', end: 'killed' }],
  // Another error than that of permissions.
  [
    refused.replace('Permission denied', 'Too many open files'),
    { kind: 'not-tried', reason: 'sh: 13: cannot open /etc/shadow: Too many open files' },
  ],
  // It can't be opened from outside.
  [
    '@pid 7\nsh: 9: cannot open /etc/shadow: No such file\n@end 2\n',
    { kind: 'not-tried', reason: 'sh: 9: cannot open /etc/shadow: No such file' },
  ],
  [
    '@pid 7\nsh: 11: printf: I/O error\n@outside\n@end 1\n',
    { kind: 'not-tried', reason: 'the kernel didn’t let the process into it (sh: 11: printf: I/O error)' },
  ],
  // It didn't go in, or somewhere else.
  ['@pid 7\n@label unconfined\n@refused\n@end 0\n', { kind: 'not-tried', reason: 'the process was in unconfined' }],
  [refused.replace('demo', 'demo2'), { kind: 'not-tried', reason: 'the process was in demo2 (enforce)' }],
  ['@pid 7\n@label demo (enforce)\n@end 0\n', { kind: 'not-tried', reason: 'the shell said nothing' }],
  ['', { kind: 'not-tried', reason: 'the shell said nothing' }],
];

test('what the shell inside printed is understood, and nothing is made of less', () => {
  for (const [output, opened] of CASES) assert.deepEqual(readOutput(output, 'demo'), opened, output);
});

test('a name may have spaces and parentheses', () => {
  const output = '@pid 7\n@label a (b) (enforce)\n@opened\n@end 0\n';
  assert.equal(readOutput(output, 'a (b)').kind, 'tried');
});

const hasAppArmor = existsSync('/sys/kernel/security/apparmor')
  ? 'LEFT OUT: it would write a record into the log of this machine'
  : false;

test('where there is no such profile nothing is tried', { skip: hasAppArmor }, async () => {
  const host = openLocalHost();
  const opened = await openInside(host, { label: 'freehold-none', path: '/etc/passwd' });
  assert.match(opened.kind === 'not-tried' ? opened.reason : '', /didn’t let the process into it \(.*printf|current: /);
  const missing = await openInside(host, { label: 'freehold-none', path: '/etc/freehold-none' });
  assert.match(missing.kind === 'not-tried' ? missing.reason : '', /freehold-none: No such file/);
  await host.close();
});
