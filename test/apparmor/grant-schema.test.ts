import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Grant } from '../../src/apparmor/compiled/compare/beyond.ts';
import { diffSchema } from '../../src/report/confinement/diff-schema.ts';

/** One of each kind that there is. */
const GRANTS: { readonly [Kind in Grant['kind']]: Extract<Grant, { kind: Kind }> } = {
  file: { kind: 'file', permission: 'r', of: 'owner', path: '/a' },
  transition: { kind: 'transition', of: 'other', path: '/a', a: 'ix', b: 'Px' },
  link: { kind: 'link', of: 'owner', path: '/a', target: '/b' },
  'change-profile': { kind: 'change-profile', target: 'b', exec: '/a', isUnsafe: true },
  capability: { kind: 'capability', capability: 'kill' },
  network: { kind: 'network', family: 'inet', types: ['stream'] },
  class: { kind: 'class', class: 'signal', permission: 'send', text: '\\u{9}', meaning: 'kill' },
  unmediated: { kind: 'unmediated', class: 'dbus' },
  mode: { kind: 'mode', a: 'complain', b: 'enforce' },
  flag: { kind: 'flag', flag: 'attach_disconnected', isSetIn: 'a' },
  rlimit: { kind: 'rlimit', resource: 'nofile', b: '10' },
  unattached: { kind: 'unattached', path: '/a' },
  'missing-profile': { kind: 'missing-profile' },
  unknown: { kind: 'unknown', what: 'files', reason: 'too large' },
};

test('each kind of grant has its place in the schema', () => {
  const report = (grants: readonly unknown[]): unknown => ({
    format: 'freehold.confine-diff/1',
    a: { path: 'a', how: 'compiled' },
    b: { path: 'b', how: 'compiled' },
    grants: grants.map((grant) => ({ profile: 't', grant })),
  });
  const all = report(Object.values(GRANTS));
  assert.deepEqual(diffSchema.parse(all), all);
  assert.ok(!diffSchema.safeParse(report([{ kind: 'file', path: '/a' }])).success);
  assert.ok(!diffSchema.safeParse(report([{ kind: 'surprise' }])).success);
});
