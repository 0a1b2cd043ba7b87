import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AccessEvent } from '../log/event.ts';
import { otherRule } from './other-rules.ts';
import { access } from '../../../test/confinement/learning.ts';

/** Records as in libraries/libapparmor/testsuite/test_multi of AppArmor, other names. */
const CASES: readonly (readonly [Partial<AccessEvent>, string])[] = [
  [{ class: 'cap', operation: 'capable', fields: { capname: 'sys_nice' } }, 'capability sys_nice,'],
  [
    { class: 'net', operation: 'create', requested: 'create', fields: { family: 'inet6', sock_type: 'dgram' } },
    'network inet6 dgram,',
  ],
  [
    {
      class: 'net',
      operation: 'connect',
      requested: 'send receive connect',
      peer: '/srv/server',
      fields: { family: 'unix', sock_type: 'stream', addr: 'none', peer_addr: '@office' },
    },
    'unix (connect, receive, send) type=stream peer=(label="/srv/server", addr="@office"),',
  ],
  [
    {
      class: 'net',
      operation: 'bind',
      requested: 'bind',
      fields: { family: 'unix', sock_type: 'stream', addr: '@/tmp/dbus-aB3xQz9k' },
    },
    'unix (bind) type=stream addr="@/tmp/dbus-????????",',
  ],
  [
    { class: 'signal', operation: 'signal', requested: 'send', peer: 'office//child', fields: { signal: 'term' } },
    'signal (send) set=("term") peer="office//child",',
  ],
  [{ class: 'ptrace', operation: 'ptrace', requested: 'read', peer: 'unconfined' }, 'ptrace (read) peer="unconfined",'],
  [
    {
      class: 'dbus',
      operation: 'dbus_method_call',
      requested: 'send',
      name: 'org.freedesktop.DBus',
      peer: 'unconfined',
      fields: { bus: 'session', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', member: 'Hello' },
    },
    'dbus (send) bus=session path="/org/freedesktop/DBus" interface="org.freedesktop.DBus" member="Hello" peer=(name="org.freedesktop.DBus", label="unconfined"),',
  ],
  [
    { class: 'dbus', operation: 'dbus_bind', requested: 'bind', name: 'org.office', fields: { bus: 'session' } },
    'dbus (bind) bus=session name="org.office",',
  ],
  [
    {
      class: 'mount',
      operation: 'mount',
      name: '/mnt/a b/',
      fields: { fstype: 'ext2', srcname: '/dev/loop0/', flags: 'rw, nosuid' },
    },
    'mount fstype=ext2 options=(rw, nosuid) "/dev/loop0/" -> "/mnt/a b/",',
  ],
  [{ class: 'mount', operation: 'umount', name: '/mnt/' }, 'umount "/mnt/",'],
  [
    { class: 'mount', operation: 'pivotroot', name: '/new/', fields: { srcname: '/new/old/' } },
    'pivot_root oldroot="/new/old/" "/new/",',
  ],
  [
    { class: 'file', operation: 'change_profile', name: 'x', target: 'office//webapp' },
    'change_profile -> "office//webapp",',
  ],
  [
    { class: 'rlimits', operation: 'setrlimit', fields: { rlimit: 'nofile', value: '4096' } },
    'set rlimit nofile <= 4096,',
  ],
];

for (const [more, text] of CASES) {
  test(`a record of ${more.operation ?? ''} becomes the narrowest rule: ${text}`, () => {
    assert.equal(textOf(access(more.name ?? '', more)), text);
  });
}

function textOf(event: AccessEvent): string | undefined {
  const made = otherRule(event, '3.0');
  return made.kind === 'rule' ? made.text : undefined;
}

test('rules that came with 4.0 are written for 4.0', () => {
  const event = access('', { class: 'namespace', operation: 'userns_create', requested: 'userns_create' });
  assert.deepEqual(otherRule(event, '4.0'), { kind: 'rule', group: 'userns', text: 'userns create,' });
  assert.equal(otherRule(event, '3.0').kind, 'uncovered');
});

const hostile = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 20,
});

test('whatever stands in a record, its rule is one line with one comma at its end, and values stay in their quotes', () => {
  const event = fc.record({
    class: fc.constantFrom(
      'cap',
      'net',
      'signal',
      'ptrace',
      'dbus',
      'mount',
      'rlimits',
      'io_uring',
      'posix_mqueue',
      '__proto__',
      'constructor',
    ),
    operation: fc.oneof(fc.constantFrom('umount', 'mount', 'pivotroot', 'change_profile', 'create'), hostile),
    requested: fc.oneof(fc.constantFrom('send', 'receive', 'bind', 'create'), hostile),
    name: hostile,
    target: hostile,
    peer: hostile,
    fields: fc.dictionary(
      fc.constantFrom(
        'capname',
        'family',
        'sock_type',
        'addr',
        'peer_addr',
        'signal',
        'bus',
        'path',
        'interface',
        'member',
        'fstype',
        'srcname',
        'flags',
        'rlimit',
        'value',
      ),
      fc.oneof(hostile, fc.constantFrom('unix', 'inet', 'stream', 'session', 'term', 'none')),
    ),
  });
  fc.assert(
    fc.property(event, ({ name, ...more }) => {
      const made = otherRule(access(name, more), '4.0');
      if (made.kind !== 'rule') return;
      assert.match(made.text, /^[^\n\r]*,$/);
      const outside = made.text.replaceAll(/"(?:[^"])*"/g, '""');
      assert.match(outside, /^[a-z0-9_+\-=()<> ,."A-Z:]*$/);
      assert.doesNotMatch(outside.slice(0, -1), /,(?! )/);
    }),
    { numRuns: 2000 },
  );
});

const hasParser = spawnSync('apparmor_parser', ['--version']).status === 0;

test(
  'apparmor_parser takes every rule',
  { skip: hasParser ? false : 'apparmor_parser is not installed (Debian: apparmor)' },
  () => {
    const rules = CASES.map(([more]) => `  ${textOf(access(more.name ?? '', more)) ?? ''}\n`).join('');
    const { status, stderr } = spawnSync('apparmor_parser', ['-Q', '-K', '-S'], {
      input: Buffer.from(`profile other {\n${rules}}\n`, 'latin1'),
    });
    assert.equal(status, 0, stderr.toString());
  },
);
