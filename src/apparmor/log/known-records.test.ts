import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  auditdLine,
  enrichedLine,
  type FileAccess,
  journalAuditLine,
  kmsgLine,
  lines,
  ringText,
} from '../../../test/confinement/kernel-record.ts';
import { AccessLogReader } from './access-log-reader.ts';
import { ByteTable, type HoleIn } from './byte-table.ts';
import type { AccessEvent } from './event.ts';
import { withStamp } from './event-templates.ts';
import { type AccessLog, readAccessLog } from './read-access-log.ts';

const FORMS: readonly ((access: FileAccess) => string)[] = [
  auditdLine,
  enrichedLine,
  (access) => `node=files.example.org ${auditdLine(access)}`,
  (access) => `Nov 26 01:02:0${String((access.serial ?? 0) % 10)} files kernel: [   12.345678] ${ringText(access)}`,
  (access) => `2025-11-26T01:02:03.12345${String((access.serial ?? 0) % 10)}+01:00 files kernel: ${ringText(access)}`,
  (access) => `Nov 26 01:02:03 files somebody: ${ringText(access)}`,
  (access) => `[   12.34567${String((access.serial ?? 0) % 10)}] ${ringText(access)}`,
  (access) => kmsgLine(ringText(access)),
  journalAuditLine,
  (access) => `${auditdLine(access)}\r`,
  (access) => auditdLine(access).slice(0, -20),
  (access) => auditdLine(access).replace('type=AVC', 'type=AVC_PATH'),
  (access) => auditdLine(access).replace('): ', '):  '),
  (access) => auditdLine(access).replace('): ', '): type=1400 '),
  (access) => auditdLine(access).replace('audit(', 'audit(x'),
  (access) => `type=USER_LOGIN ${auditdLine(access)}`,
];

const accessArbitrary = fc.record({
  profile: fc.constantFrom('office', 'office//null-/bin/sh'),
  name: fc.constantFrom('/a', '/b c', '/b"c', `/${'x'.repeat(960)}`, '/tmp/): apparmor="DENIED"'),
  pid: fc.constantFrom(7, 8),
  mask: fc.constantFrom('r', 'rw'),
  serial: fc.integer({ min: 0, max: 6 }),
  form: fc.constantFrom(...FORMS),
});

/** A record of which the kernel wrote something else about its process: none, no number, a long one, two, or one in a value. */
const PROCESSES: readonly ((access: FileAccess, other: number) => string)[] = [
  auditdLine,
  enrichedLine,
  (access) => auditdLine(access).replace(/ pid=\d+/, ''),
  (access) => auditdLine(access).replace(/ pid=\d+/, ' pid='),
  (access) => auditdLine(access).replace(/ pid=/, ' pid=00'),
  (access) => auditdLine(access).replace(/ pid=/, ' pid=123456789'),
  (access) => auditdLine(access).replace(/ pid=/, ' pid=1234567890'),
  (access) => auditdLine(access).replace(/ pid=(\d+)/, ' pid=$1x'),
  (access, other) => auditdLine(access).replace(' comm=', ` pid=${String(other)} comm=`),
  (access, other) => `${auditdLine(access)} pid=${String(other)}`,
  (access, other) => `${auditdLine(access)}\tpid=${String(other)}`,
  (access, other) => `${auditdLine(access)}\u001dFSUID="anna" pid=${String(other)}`,
  (access, other) => auditdLine(access).replace(/ name="/, ` name="/a pid=${String(other)} b`),
  (access, other) => auditdLine(access).replace(/ name=/, ` pid=${String(other)} name=`),
  (access) => auditdLine(access).replace(/ name=.* pid=/, ' pid='),
  (access) => auditdLine(access).replace(/ name=(.*) pid=(\d+)/, ' pid=$2 name=$1'),
];

/** Each line by a reader that knows nothing of the others, as if it were the only one. */
function apart(all: readonly string[]): readonly AccessEvent[] {
  return all.flatMap((line) => readAccessLog([lines(line)], 'log').events);
}

/** Without what another source had as well, which only a reader of all can tell. */
function once(events: readonly AccessEvent[]): readonly AccessEvent[] {
  return [...new Map(events.map((event) => [JSON.stringify(event), event])).values()];
}

test('a record that comes again says what it would say if it had never been there', () => {
  fc.assert(
    fc.property(fc.array(accessArbitrary, { maxLength: 40 }), fc.integer({ min: 1, max: 400 }), (accesses, size) => {
      const all = accesses.map(({ form, ...access }) => form(access));
      const bytes = lines(...all);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      const together: AccessLog = readAccessLog(pieces, 'log');
      const told = apart(all);
      assert.deepEqual(once(together.events), once(told));
      // What says the same at the same time and under the same number came by two ways.
      assert.equal(together.summary.events + together.summary.duplicates, told.length);
      assert.equal(together.events.length, together.summary.events);
    }),
    { numRuns: 300 },
  );
});

test('a record is of the process that it says, however that is written', () => {
  const process = fc.constantFrom(7, 8, 70);
  const record = fc.record({ pid: process, other: process, form: fc.nat({ max: PROCESSES.length - 1 }) });
  fc.assert(
    // Few forms at once, so that one comes again with other numbers.
    fc.property(fc.array(record, { maxLength: 30 }), fc.nat({ max: PROCESSES.length - 1 }), (records, first) => {
      const all = records.map(({ form, pid, other }, index) => {
        const write = PROCESSES[(first + (form % 2)) % PROCESSES.length] ?? auditdLine;
        return write({ profile: 'office', name: '/a', pid, serial: index + 1 }, other);
      });
      const together = readAccessLog([lines(...all)], 'log');
      assert.deepEqual(together.events, apart(all));
    }),
    { numRuns: 2000 },
  );
});

test('a record is what it says when too many were known before', () => {
  // Nine megabytes, of which the last ones come again.
  const names = Array.from({ length: 12_000 }, (_, index) => `/${String(index)}/${'x'.repeat(700)}`);
  const all = [...names, ...names.slice(-100)].map((name, index) =>
    auditdLine({ profile: 'office', name, serial: index + 1 }),
  );
  const { events } = readAccessLog([lines(...all)], 'log');
  assert.deepEqual(
    events.map(({ name }) => name),
    [...names, ...names.slice(-100)],
  );
});

test('who takes what comes again is given the first event of it, its number, and when it came', () => {
  const access = { profile: 'office', name: '/a' };
  const taken: AccessEvent[] = [];
  const numbers: (number | undefined)[] = [];
  const again: (readonly [AccessEvent, number, number])[] = [];
  const reader = new AccessLogReader({
    event: (event, number) => {
      taken.push(event);
      numbers.push(number);
    },
    again: (first, stamp, number) => again.push([first, stamp.serial, number]),
  });
  reader.start('log');
  for (const serial of [1, 2, 2, 3]) reader.push(lines(auditdLine({ ...access, serial })));
  reader.push(lines(auditdLine({ ...access, serial: 4, mask: 'w' })));
  const { events, duplicates } = reader.finish();
  assert.deepEqual([events, duplicates], [4, 1]);
  const [first, other] = taken;
  assert.ok(first !== undefined && other !== undefined);
  assert.deepEqual([first.serial, other.requested], [1, 'w']);
  assert.deepEqual(numbers, [0, 1]);
  assert.deepEqual(again, [
    [first, 2, 0],
    [first, 3, 0],
  ]);
  const third = { timeMs: first.timeMs ?? 0, serial: 3, pid: 9 };
  assert.deepEqual(
    withStamp(first, third),
    readAccessLog([lines(auditdLine({ ...access, ...third }))], 'log').events[0],
  );
});

/** Without a hole, and with one behind the first colon. */
const HOLES: readonly (HoleIn | undefined)[] = [
  undefined,
  (bytes, from, to) => {
    const at = bytes.subarray(from, to).indexOf(COLON);
    return at === -1 ? -1 : from + at + 1;
  },
];
const COLON = 0x3a;

test('a table of bytes numbers texts as they came, but for what stands in their holes, and knows no other', () => {
  // Of one length and few, so that most come again, and behind others than the last time.
  const repeated = fc
    .array(fc.constantFrom('a', 'b'), { minLength: 2, maxLength: 2 })
    .map((all) => `${all.join('')}aaaa`);
  // Longer than the steps in which they are compared, and different at one place.
  const long = fc.tuple(fc.integer({ min: 30, max: 40 }), fc.integer({ min: 0, max: 39 })).map(([length, at]) => {
    const text = 'x'.repeat(length);
    return `${text.slice(0, at)}y${text.slice(at + 1)}`;
  });
  const short = fc.array(fc.constantFrom('a', ':', '0', '1', '\u00e9'), { maxLength: 9 }).map((all) => all.join(''));
  const holed = fc
    .tuple(long, fc.constantFrom('', '0', '7', '4294967295', '9999999999', '10000000000'), long)
    .map(([front, digits, behind]) => `${front}:${digits}${behind}`);
  fc.assert(
    fc.property(
      fc.constantFrom(...HOLES),
      fc.array(fc.oneof(short, repeated, long, holed), { maxLength: 60 }),
      (holeIn, texts) => {
        const table = new ByteTable(holeIn);
        const known = new Map<string, number>();
        for (const text of texts) {
          const parts = holeIn === undefined ? null : /^([^:]*:)(\d{1,10})(?!\d)(.*)$/s.exec(text);
          const key = parts === null ? `whole ${text}` : `holed ${String(parts[1])}${String(parts[3])}`;
          // What stands behind it could belong to the number, and does not.
          const number = table.number(Buffer.from(`<${text}0`, 'latin1'), 1, 1 + text.length);
          assert.equal(table.isNew, !known.has(key), text);
          assert.equal(number, known.get(key) ?? known.size, text);
          assert.equal(table.inHole, parts === null ? undefined : Number(parts[2]), text);
          known.set(key, number);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('a text is not another one and the beginning of the one that is kept behind it', () => {
  for (const [first, second, third] of [
    ['x:1y', 'ab', 'x:1yab'],
    ['xy', 'ab', 'xyab'],
  ] as const) {
    const table = new ByteTable(HOLES[1]);
    const numbers = [first, second, third, first].map((text) => table.number(Buffer.from(text), 0, text.length));
    assert.deepEqual(numbers, [0, 1, 2, 0]);
  }
});

test('a table of bytes that is full begins anew', () => {
  const table = new ByteTable();
  const number = (text: number): number | undefined =>
    table.number(Buffer.from(String(text).padStart(1000, '0')), 0, 1000);
  let added = 0;
  while (number(added) !== undefined) added += 1;
  assert.ok(added > 1000 && added * 1000 <= 8 * 1024 * 1024, String(added));
  for (const [text, expected] of [
    [5, 0],
    [0, 1],
    [added, 2],
  ] as const) {
    assert.equal(number(text), expected);
    assert.ok(table.isNew);
  }
  assert.equal(number(5), 0);
  assert.ok(!table.isNew);
});
