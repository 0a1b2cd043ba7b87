import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  auditdLine,
  auditId,
  enrichedLine,
  journalAuditLine,
  journalRingLine,
  kmsgLine,
  lines,
  ringText,
} from '../../../test/confinement/kernel-record.ts';
import type { AccessEvent } from './event.ts';
import { readAccessLog } from './read-access-log.ts';
import { lostAtLeast } from './records.ts';

const PROFILE = '/usr/lib/libreoffice/program/soffice.bin';
const ACCESS = { profile: PROFILE, name: '/home/anna/letter.odt' };

function read(...all: readonly string[]): ReturnType<typeof readAccessLog> {
  return readAccessLog([lines(...all)], 'log');
}

function only(...all: readonly string[]): AccessEvent {
  const { events, summary } = read(...all);
  assert.equal(events.length, 1, JSON.stringify(summary));
  const [event] = events;
  assert.ok(event !== undefined);
  return event;
}

describe('the forms that a record comes in', () => {
  const FORMS: ReadonlyMap<string, (access: typeof ACCESS) => string> = new Map([
    ['auditd', auditdLine],
    ['auditd with the name of the machine', (access) => `node=files.example.org ${auditdLine(access)}`],
    ['auditd with names for numbers', enrichedLine],
    ['syslog', (access) => `Nov 26 01:02:03 files kernel: [   12.345678] ${ringText(access)}`],
    ['syslog without a stamp', (access) => `Nov 26 01:02:03 files kernel: ${ringText(access)}`],
    [
      'syslog with ISO 8601',
      (access) => `2025-11-26T01:02:03.123456+01:00 files kernel: [   12.345678] ${ringText(access)}`,
    ],
    ['dmesg', (access) => `[   12.345678] ${ringText(access)}`],
    ['dmesg with who printed', (access) => `[   12.345678][  T123] ${ringText(access)}`],
    ['dmesg --raw', (access) => `<5>[   12.345678] ${ringText(access)}`],
    ['dmesg --decode', (access) => `kern  :notice: [   12.345678] ${ringText(access)}`],
    ['dmesg --ctime', (access) => `[Wed Nov 26 01:02:03 2025] ${ringText(access)}`],
    ['/dev/kmsg', (access) => kmsgLine(ringText(access))],
    ["the journal's JSON, from audit", journalAuditLine],
    ["the journal's JSON, from the ring", journalRingLine],
  ]);

  for (const [form, write] of FORMS) {
    it(form, () => {
      const event = only(write(ACCESS));
      assert.deepEqual(event, {
        verdict: 'ALLOWED',
        operation: 'open',
        class: 'file',
        profile: PROFILE,
        name: '/home/anna/letter.odt',
        requested: 'r',
        denied: 'r',
        isOwner: true,
        isDisconnected: false,
        pid: 4711,
        comm: 'soffice.bin',
        fields: { fsuid: '1000', ouid: '1000' },
        timeMs: 1_764_115_200_123,
        serial: 45,
      });
    });
  }

  it('the same record from all of them is one', () => {
    const all = [...FORMS.values()].map((write) => write(ACCESS));
    const { events, summary } = read(...all);
    assert.equal(events.length, 1);
    assert.equal(summary.duplicates, FORMS.size - 1);
  });

  it('two records of one moment that differ are two', () => {
    const { events, summary } = read(
      auditdLine({ ...ACCESS, name: '/home/anna/a' }),
      auditdLine({ ...ACCESS, name: '/home/anna/b' }),
    );
    assert.deepEqual(
      events.map((event) => event.name),
      ['/home/anna/a', '/home/anna/b'],
    );
    assert.equal(summary.duplicates, 0);
  });

  it('says which events any local user could have written', () => {
    const { summary } = read(
      `Nov 26 01:02:03 files kernel: ${ringText(ACCESS)}`,
      auditdLine({ ...ACCESS, serial: 46 }),
    );
    assert.equal(summary.events, 2);
    assert.equal(summary.forgeable, 1);
  });

  it('takes a message of the journal that is bytes', () => {
    const bytes = [...Buffer.from(ringText(ACCESS))];
    const line = JSON.stringify({ _TRANSPORT: 'kernel', SYSLOG_FACILITY: '0', MESSAGE: bytes });
    assert.equal(only(line).name, ACCESS.name);
  });

  it('reports a message that journalctl left out', () => {
    const line = `{"_TRANSPORT":"audit","SYSLOG_IDENTIFIER":"audit","_AUDIT_FIELD_X":"apparmor=","MESSAGE":null}`;
    const { events, summary } = read(line);
    assert.equal(events.length, 0);
    assert.match(summary.unreadable[0]?.reason ?? '', /--all/);
  });

  it('cuts pieces anywhere', () => {
    const log = lines(
      auditdLine(ACCESS),
      enrichedLine({ ...ACCESS, serial: 46 }),
      journalAuditLine({ ...ACCESS, serial: 47 }),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: log.length })), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), log.length];
        const pieces = at.slice(1).map((end, index) => log.subarray(at[index], end));
        assert.equal(readAccessLog(pieces, 'log').events.length, 3);
      }),
    );
  });
});

describe('what a record says', () => {
  it('of labels', () => {
    const of = (profile: string): AccessEvent => only(auditdLine({ ...ACCESS, profile }));
    assert.equal(of('/usr/bin/a//null-/usr/bin/x').profile, '/usr/bin/a//null-/usr/bin/x');
    assert.equal(of('/usr/sbin/apache2//hat').profile, '/usr/sbin/apache2//hat');
    assert.deepEqual(pick(of(':ns://prof')), { namespace: 'ns', profile: 'prof' });
    assert.deepEqual(pick(of(':ns:prof//child')), { namespace: 'ns', profile: 'prof//child' });
    assert.deepEqual(pick(of('a//&:ns:b')), { namespace: undefined, profile: 'a//&:ns:b' });
  });

  function pick({ namespace, profile }: AccessEvent): object {
    return { namespace, profile };
  }

  it('of disconnected paths, errors and owners', () => {
    const line = auditdLine({ ...ACCESS, ouid: 0 }).replace(
      'class="file"',
      'class="file" info="Failed name lookup - disconnected path" error=-13',
    );
    const event = only(line);
    assert.equal(event.isDisconnected, true);
    assert.equal(event.errorCode, -13);
    assert.equal(event.isOwner, false);
  });

  it('of the target of a link with a space in it', () => {
    assert.equal(only(auditdLine({ ...ACCESS, operation: 'link', target: '/home/anna/a b' })).target, '/home/anna/a b');
  });

  it('of the class, where old kernels leave it out', () => {
    const of = (fields: string): string =>
      only(`type=AVC msg=audit(1.000:1): apparmor="DENIED" ${fields} profile="p" pid=1 comm="c"`).class;
    assert.equal(of('operation="capable" capability=21 capname="sys_admin"'), 'cap');
    assert.equal(of('operation="create" family="inet" sock_type="stream" protocol=6'), 'net');
    assert.equal(of('operation="signal" signal=term peer="q"'), 'signal');
    assert.equal(of('operation="ptrace" peer="q"'), 'ptrace');
    assert.equal(of('operation="mount" name="/mnt/" fstype="ext4" srcname="/dev/sda1" flags="rw, nosuid"'), 'mount');
    assert.equal(of('operation="setrlimit" rlimit=nofile value=1024'), 'rlimits');
    assert.equal(of('operation="change_hat" target="p//h"'), 'file');
    assert.equal(of('operation="open" name="/a"'), 'file');
    assert.equal(of('operation="sysctl"'), 'unknown');
  });

  it('of profiles that were loaded', () => {
    const { events, statuses } = read(
      `type=AVC msg=audit(${auditId({})}): apparmor="STATUS" operation="profile_replace" info="same as current profile, skipping" profile="unconfined" name="soffice" pid=7 comm="apparmor_parser"`,
      `type=AVC msg=audit(${auditId({})}): apparmor="STATUS" info="AppArmor Filesystem Enabled" pid=1 comm="swapper/0"`,
    );
    assert.equal(events.length, 0);
    assert.deepEqual(statuses, [
      {
        kind: 'status',
        operation: 'profile_replace',
        profile: 'unconfined',
        name: 'soffice',
        info: 'same as current profile, skipping',
        comm: 'apparmor_parser',
        pid: 7,
        timeMs: 1_764_115_200_123,
        serial: 45,
      },
      {
        kind: 'status',
        info: 'AppArmor Filesystem Enabled',
        comm: 'swapper/0',
        pid: 1,
        timeMs: 1_764_115_200_123,
        serial: 45,
      },
    ]);
  });
});

describe('records that were lost', () => {
  it('are told by the kernel, in the words of each version', () => {
    const { summary } = read(
      'Nov 26 01:02:03 files kernel: [   12.345678] audit: kauditd hold queue overflow',
      'Nov 26 01:02:03 files kernel: [   12.345678] audit: audit_backlog=65 > audit_backlog_limit=64',
      'Nov 26 01:02:03 files kernel: [   12.345678] audit: audit_lost=17 audit_rate_limit=0 audit_backlog_limit=64',
      '[   12.345678] audit: rate limit exceeded',
      '[   12.345678] kauditd_printk_skb: 23 callbacks suppressed',
      '[   12.345678] __ratelimit: 36 callbacks suppressed',
      '[   12.345678] net_ratelimit: 99 callbacks suppressed',
      'Nov 26 01:02:03 files systemd-journald[241]: Missed 12 kernel messages',
      '[   12.345678] audit: audit_lost=20 audit_rate_limit=0 audit_backlog_limit=64',
    );
    assert.deepEqual(
      summary.lost.map(({ line, cause, count, total }) => [line, cause, count ?? total]),
      [
        [1, 'backlog', undefined],
        [2, 'backlog', undefined],
        [3, 'kernel', 17],
        [4, 'rate-limit', undefined],
        [5, 'printk-limit', 23],
        [6, 'printk-limit', 36],
        [8, 'ring-overrun', 12],
        [9, 'kernel', 20],
      ],
    );
    assert.equal(lostAtLeast(summary.lost), 23 + 36 + 12 + 1 + 3);
  });

  it('show as gaps in the numbers of /dev/kmsg', () => {
    const { events, summary } = read(
      kmsgLine(ringText(ACCESS), { sequence: 7 }),
      ' SUBSYSTEM=x',
      kmsgLine(ringText({ ...ACCESS, serial: 46 }), { sequence: 8 }),
      kmsgLine(ringText({ ...ACCESS, serial: 47 }), { sequence: 12 }),
    );
    assert.equal(events.length, 3);
    assert.deepEqual(
      summary.lost.map(({ line, count }) => [line, count]),
      [[4, 3]],
    );
  });

  it('are not what a program says of them', () => {
    const { summary } = read(
      'Nov 26 01:02:03 files anna: audit: audit_lost=17 audit_rate_limit=0 audit_backlog_limit=64',
    );
    assert.equal(summary.lostLines, 0);
  });
});
