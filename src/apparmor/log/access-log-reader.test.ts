import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  auditdLine,
  auditId,
  enrichedLine,
  fileFields,
  journalAuditLine,
  journalRingLine,
  kmsgLine,
  lines,
  ringText,
} from '../../../test/confinement/kernel-record.ts';
import { AccessLogReader } from './access-log-reader.ts';
import type { AccessEvent } from './event.ts';
import { MAX_LINE_BYTES } from './line-splitter.ts';
import { readAccessLog } from './read-access-log.ts';
import { WHOLE_IN_RING_BYTES } from './read-record.ts';
import { lostAtLeast, MAX_LISTED } from './records.ts';

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

describe('names that nobody expects', () => {
  const bytes = fc
    .array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 60 })
    .map((codes) => String.fromCharCode(...codes));
  const nasty = fc.constantFrom(
    '**',
    'a b"c',
    '{x,y}',
    'a\nb',
    '\u00ff\u00fe',
    '\\',
    '/tmp/x\\',
    '" name="/etc/shadow',
    'ABCD',
    '\u001d',
    '%',
    '(null)',
    'none',
  );
  const name = fc.array(fc.oneof(bytes, nasty), { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('')}`);

  it('come back as the bytes that they are, by every way that keeps them', () => {
    fc.assert(
      fc.property(name, name, bytes, (file, profile, comm) => {
        const access = { name: file, profile, comm, target: file };
        for (const write of [auditdLine, enrichedLine, ringText, journalAuditLine, journalRingLine]) {
          const line = write === ringText ? `[   12.345678] ${write(access)}` : write(access);
          // printk keeps no more of it.
          if (line.length > WHOLE_IN_RING_BYTES) continue;
          const event = only(line);
          assert.deepEqual(
            [event.name, event.profile, event.comm, event.target, event.pid, event.requested],
            [file, profile, comm, file, 4711, 'r'],
          );
        }
        const ring = ringText(access);
        if (ring.length < WHOLE_IN_RING_BYTES) assert.equal(only(kmsgLine(ring)).name, file);
      }),
      { numRuns: 300 },
    );
  });

  it('of 4 KB come whole through auditd, and are not made shorter by the ring', () => {
    const long = `/${'\u00e4 '.repeat(2047)}`;
    assert.equal(only(auditdLine({ ...ACCESS, name: long })).name, long);
    const cut = ringText({ ...ACCESS, name: long }).slice(0, WHOLE_IN_RING_BYTES);
    const { events, summary } = read(`[   12.345678] ${cut}`);
    assert.equal(events.length, 0);
    assert.equal(summary.unreadableLines, 1);
  });

  it('that look like fields change no field', () => {
    for (const trick of [
      'x" name="/etc/shadow',
      'x name=/etc/shadow',
      '\u001dname="/etc/shadow"',
      'a\\" pid=1 comm="b',
    ]) {
      const event = only(auditdLine({ ...ACCESS, name: trick, comm: trick.slice(0, 15) }));
      assert.deepEqual([event.name, event.comm, event.pid], [trick, trick.slice(0, 15), 4711]);
    }
  });

  it('that end in a backslash end there: nothing is escaped in quotes', () => {
    const event = only(auditdLine({ ...ACCESS, name: '/tmp/x\\', comm: 'x\\' }));
    assert.deepEqual([event.name, event.comm, event.pid], ['/tmp/x\\', 'x\\', 4711]);
  });
});

describe('lines that are no whole record', () => {
  const SECOND = auditdLine({ ...ACCESS, name: '/home/anna/second', serial: 46 });

  it('give no event that was not written, wherever they are cut', () => {
    const whole = auditdLine({ ...ACCESS, name: '/home/anna/a b', ouid: 1000, target: '/home/anna/c' });
    const expected = only(whole);
    for (let at = 1; at < whole.length; at += 1) {
      for (const log of [whole.slice(0, at), `${whole.slice(0, at)}${SECOND}\n`, `${whole.slice(at)}\n`]) {
        const { events, summary } = readAccessLog([Buffer.from(log)], 'log');
        const [event] = events;
        if (event === undefined) {
          const isNothing = !log.includes('apparmor="');
          assert.ok(isNothing || summary.unreadableLines === 1, `${at}: ${JSON.stringify(log)}`);
          continue;
        }
        // What is there of it is what was written.
        for (const key of ['name', 'profile', 'operation', 'pid', 'comm', 'verdict'] as const) {
          assert.equal(event[key], expected[key], `${at}: ${JSON.stringify(log)}`);
        }
        assert.ok(event.isOwner === undefined || event.isOwner, `${at}: ${JSON.stringify(log)}`);
        assert.ok(event.target === undefined || event.target === expected.target, log);
      }
    }
  });

  it('are reported with their numbers', () => {
    const whole = auditdLine(ACCESS);
    const { events, summary } = read(
      whole,
      `${whole.slice(0, 120)}${SECOND}`,
      'type=PROCTITLE msg=audit(1.000:1): proctitle="x"',
      whole.slice(30),
      `type=SYSCALL msg=audit(1.000:1): arch=c000003e sy${SECOND}`,
    );
    assert.equal(events.length, 1);
    assert.deepEqual(
      summary.unreadable.map(({ line }) => line),
      [2, 4, 5],
    );
    assert.equal(summary.lines, 5);
  });

  it('of any length are passed over in bounded memory', () => {
    const long = Buffer.alloc(MAX_LINE_BYTES, 'x');
    const pieces = [long, long, long, lines('', auditdLine(ACCESS))];
    const { events, summary } = readAccessLog(pieces, 'log');
    assert.equal(events.length, 1);
    assert.deepEqual(
      summary.unreadable.map(({ line }) => line),
      [1],
    );
  });

  it('are listed up to a limit and counted beyond', () => {
    const reader = new AccessLogReader({ event: () => assert.fail() });
    reader.start('log');
    for (let count = 0; count < MAX_LISTED + 5; count += 1) reader.push(lines('x apparmor="DENIED'));
    const summary = reader.finish();
    assert.equal(summary.unreadable.length, MAX_LISTED);
    assert.equal(summary.unreadableLines, MAX_LISTED + 5);
  });

  it('never throw, whatever they are', () => {
    const part = fc.constantFrom(
      'type=AVC msg=audit(1.000:1): ',
      'apparmor="DENIED" ',
      'name=',
      '"',
      "msg='",
      '{',
      '}',
      '5,1,2,-;',
      '\u001d',
      'type=1107 ',
      '\\x0',
      '\n',
      '__proto__="x" ',
      'constructor=1 ',
      '"MESSAGE":[',
      '1,',
      ']',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(part, fc.string({ unit: 'binary-ascii' }), fc.constant(fileFields(ACCESS)))),
        (parts) => {
          const { summary } = readAccessLog([Buffer.from(parts.join(''), 'latin1')], 'log');
          assert.ok(summary.lines >= 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('lines that somebody else wrote', () => {
  const FORGED = ringText(ACCESS);

  function reportsImpostor(line: string): void {
    const { events, summary } = read(line);
    assert.equal(events.length, 0, line);
    assert.equal(summary.impostorLines, 1, line);
  }

  it('by logger(1) are reported', () => {
    reportsImpostor(`Nov 26 01:02:03 files anna: ${FORGED}`);
    reportsImpostor(`Nov 26 01:02:03 files kernel[77]: ${FORGED}`);
    reportsImpostor(
      JSON.stringify({ _TRANSPORT: 'syslog', SYSLOG_IDENTIFIER: 'kernel', SYSLOG_FACILITY: '0', MESSAGE: FORGED }),
    );
    reportsImpostor(
      JSON.stringify({ _TRANSPORT: 'stdout', SYSLOG_IDENTIFIER: 'audit', MESSAGE: `AVC ${fileFields(ACCESS)}` }),
    );
  });

  it('into /dev/kmsg have the facility of a program', () => {
    reportsImpostor(kmsgLine(FORGED, { priority: 13 }));
    reportsImpostor(`<13>[   12.345678] ${FORGED}`);
    reportsImpostor(`user  :notice: [   12.345678] ${FORGED}`);
    reportsImpostor(JSON.stringify({ _TRANSPORT: 'kernel', SYSLOG_FACILITY: '1', MESSAGE: FORGED }));
  });

  it('have no field that only journald writes', () => {
    const line = JSON.stringify({
      TRANSPORT: 'audit',
      _TRANSPORT: 'journal',
      AUDIT_TYPE: '1400',
      MESSAGE: `AVC ${fileFields(ACCESS)}`,
    });
    reportsImpostor(line);
  });

  it('are no records where the text stands behind other words of the kernel', () => {
    const { events, summary } = read(`[   12.345678] usb 1-1: Product: ${FORGED}`);
    assert.equal(events.length, 0);
    assert.equal(summary.unreadableLines, 1);
  });

  it('through audit have a message of their own, and count as D-Bus daemons alone', () => {
    const head = 'type=USER_AVC msg=audit(1.000:1): pid=363 uid=102 auid=4294967295 ses=4294967295 subj=unconfined ';
    const dbus =
      'apparmor="DENIED" operation="dbus_method_call"  bus="system" path="/" interface="a.b" member="C" mask="send" name="a.b" pid=5 label="p" peer_pid=1 peer_label="q"';
    const tail = 'sauid=102 hostname=? addr=? terminal=?';
    const event = only(`${head}msg='${dbus} exe="/usr/bin/dbus-daemon" ${tail}'\u001dUID="messagebus"`);
    assert.deepEqual([event.class, event.profile, event.peer, event.denied, event.pid], ['dbus', 'p', 'q', 'send', 5]);
    reportsImpostor(`${head}msg='${dbus} exe="/home/anna/liar" ${tail}'`);
    reportsImpostor(`${head}msg='${fileFields(ACCESS)} exe="/usr/bin/dbus-daemon" ${tail}'`);
    reportsImpostor(`${head}msg='op=login acct="x" ${fileFields(ACCESS)} exe="/usr/bin/dbus-daemon" ${tail}'`);
  });

  it('go on in the next line only where the daemon sends it so', () => {
    const head =
      'Jun 20 17:57:06 ns1 kernel: [4835959.046111] audit: type=1107 audit(1561053426.749:186): pid=640 uid=103 auid=4294967295 ses=4294967295 ';
    const dbus = `msg='apparmor="ALLOWED" operation="dbus_bind"  bus="system" name="a.b" mask="bind" pid=5 label="p"`;
    const rest = `                  exe="/usr/bin/dbus-daemon" sauid=103 hostname=? addr=? terminal=?'`;
    assert.equal(only(`${head}${dbus}`, rest).fields['exe'], '/usr/bin/dbus-daemon');
    assert.equal(
      only(`${head}${dbus}`, 'Jun 20 17:57:07 ns1 kernel: [4835959.046112] something').fields['exe'],
      undefined,
    );
    const { events, summary } = read(`${head}${dbus}`, rest.replace('dbus-daemon', 'liar'));
    assert.equal(events.length, 0);
    assert.equal(summary.impostorLines, 1);
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
