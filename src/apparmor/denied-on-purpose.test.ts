import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeniedOnPurpose } from './denied-on-purpose.ts';
import { parsePolicy } from './language/parse-policy.ts';
import type { AccessEvent } from './log/event.ts';

const SOURCE = `
profile office /usr/bin/office {
  /home/** rw,
  audit deny /home/*/.ssh/** rw,
  audit deny owner /home/*/.gnupg/** r,
  audit deny /usr/bin/dash x,
  /usr/bin/cat ix,
  audit deny capability sys_admin,
  audit deny network inet,
  profile child {
    audit deny /etc/shadow r,
  }
}
`;
const { profiles, diagnostics } = parsePolicy(
  '/p',
  { file: (path) => (path === '/p' ? SOURCE : undefined), folder: () => undefined },
  { dialect: '5.0' },
);

function event(over: Partial<AccessEvent>): AccessEvent {
  return {
    verdict: 'DENIED',
    operation: 'open',
    class: 'file',
    profile: 'office',
    name: '/home/a/.ssh/id',
    requested: over.denied ?? 'r',
    denied: 'r',
    isOwner: true,
    isDisconnected: false,
    fields: {},
    ...over,
  };
}

const CASES: readonly (readonly [what: string, over: Partial<AccessEvent>, isMeant: boolean])[] = [
  ['a path that is denied', {}, true],
  ['created and written', { denied: 'wc' }, true],
  ['read, which a rule denies, and mapped, which none allows', { denied: 'rm' }, false],
  ['no rule at all', { name: '/srv/report.odt' }, false],
  ['denied to owners, and the file is theirs', { name: '/home/a/.gnupg/x' }, true],
  ['denied to owners, and it is another’s', { name: '/home/a/.gnupg/x', isOwner: false }, false],
  ['execution', { operation: 'exec', name: '/usr/bin/dash', denied: 'x', isOwner: false }, true],
  ['execution of something else', { operation: 'exec', name: '/usr/bin/bash', denied: 'x' }, false],
  ['a capability', { class: 'cap', fields: { capname: 'sys_admin' } }, true],
  ['another capability', { class: 'cap', fields: { capname: 'chown' } }, false],
  ['a socket', { class: 'net', denied: 'create', fields: { family: 'inet', sock_type: 'stream' } }, true],
  ['another socket', { class: 'net', denied: 'create', fields: { family: 'inet6', sock_type: 'stream' } }, false],
  ['a child’s own rule', { profile: 'office//child', name: '/etc/shadow' }, true],
  ['a child doesn’t have its parent’s', { profile: 'office//child' }, false],
  ['a profile that complain mode made up', { profile: 'office//null-/usr/bin/x' }, false],
  ['another profile', { profile: 'offices' }, false],
  ['a profile of that name in another namespace', { namespace: 'box' }, false],
  ['a name that has no place', { isDisconnected: true }, false],
  ['letters that nobody knows', { denied: 'r?' }, false],
  ['nothing denied', { denied: '' }, false],
  ['a class that the source isn’t asked for', { class: 'dbus', denied: 'send' }, false],
];

test('meant is what rules deny, all of it, and nothing else', () => {
  assert.deepEqual(diagnostics, []);
  for (const [what, over, isMeant] of CASES) assert.equal(isDeniedOnPurpose(profiles, event(over)), isMeant, what);
});

test('where the record doesn’t say whose the file is, it must be denied to both', () => {
  const { isOwner: _, ...record } = event({});
  assert.equal(isDeniedOnPurpose(profiles, record), true);
  assert.equal(isDeniedOnPurpose(profiles, { ...record, name: '/home/a/.gnupg/x' }), false);
});
