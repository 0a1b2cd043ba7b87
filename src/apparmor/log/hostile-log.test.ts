import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  auditdLine,
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
import { MAX_LISTED } from './records.ts';

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

describe('records that are read by what is alike in them', () => {
  const name = fc.oneof(
    fc.constantFrom(
      '"/a"',
      '2F61',
      '"/a" pid=9',
      '/a',
      '2F6',
      '"',
      '""',
      '"/a\u001d"',
      '"/a\\"',
      '"/\u00ff"',
      '(null)',
      '"a" name="b"',
      'type=AVC',
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 8 }),
  );
  const before = fc.oneof(
    fc.constantFrom(
      'apparmor="DENIED" operation="open" profile="p"',
      'apparmor="DENIED" operation="open" info="x name=" profile="p"',
      'apparmor="DENIED" operation="open" profile="p',
      'apparmor="DENIED" operation="open"\u001d profile="p"',
      'apparmor="DENIED" operation="ptrace" profile="p" pid=3',
      'apparmor="DENIED"',
    ),
    // What looks like a name is a part of something else, or stands behind what the kernel wrote.
    fc.constantFrom('AB', 'CD').map((text) => `apparmor="DENIED" operation="open" info="x name=${text} y" profile="p"`),
    fc.constant('name="/x" apparmor="DENIED" operation="open" profile="p" pid=1 comm="c"\u001dFSUID="anna"'),
  );
  const behind = fc.constantFrom(
    ' pid=1 comm="c" requested_mask="r" denied_mask="r" fsuid=1 ouid=1',
    ' pid=1 comm="c" info="y" error=-13 target="t"',
    ' pid=1 comm="c" name="/a"',
    ' pid=1',
    '',
    '\u001dFSUID="anna"',
    ' pid=1 comm="c" ouid=1type=AVC',
  );

  it('have their names where the kernel wrote them, and not in what else looks so', () => {
    const line = (text: string, serial: number): string =>
      `type=AVC msg=audit(1.000:${serial}): apparmor="DENIED" operation="open" info="x name=${text} y" profile="p" name="/a" pid=1 comm="c"`;
    const { events } = read(line('AB', 1), line('CD', 2));
    assert.deepEqual(
      events.map(({ name, info }) => [name, info]),
      [
        ['/a', 'x name=AB y'],
        ['/a', 'x name=CD y'],
      ],
    );
  });

  it('are the same as each read alone', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(before, name, behind), { maxLength: 12 }), (parts) => {
        const log = parts.map(
          ([first, middle, last], at) => `type=AVC msg=audit(1.000:${at}): ${first} name=${middle}${last}`,
        );
        const alone = log.map((line) => read(line));
        const together = read(...log);
        assert.deepEqual(
          together.events,
          alone.flatMap((one) => one.events),
        );
        assert.deepEqual(
          together.summary.unreadable.map(({ reason }) => reason),
          alone.flatMap((one) => one.summary.unreadable.map(({ reason }) => reason)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('a log that was made up to be slow', () => {
  it('has records that look alike compared with some of them only', () => {
    // One number, and names of one length with one end: they share a slot, whatever is between.
    const alike = Array.from({ length: 30_000 }, (_, at) =>
      auditdLine({ ...ACCESS, name: `/home/${String(at).padStart(8, '0')}/letter` }),
    );
    assert.equal(read(...alike).summary.events, alike.length);
    const few = alike.slice(0, 20);
    assert.equal(read(...few, ...few).summary.duplicates, few.length);
    const [first = ''] = alike;
    assert.equal(read(...alike.slice(0, 100), first).summary.duplicates, 0);
  });
});
