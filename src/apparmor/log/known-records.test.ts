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
import { ByteTable } from './byte-table.ts';
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
  const third = { timeMs: first.timeMs ?? 0, serial: 3 };
  assert.deepEqual(
    withStamp(first, third),
    readAccessLog([lines(auditdLine({ ...access, ...third }))], 'log').events[0],
  );
});

test('a table of bytes numbers texts as they came, and knows no other', () => {
  // Of one length and few, so that most come again, and behind others than the last time.
  const repeated = fc.uint8Array({ minLength: 6, maxLength: 6, min: 0, max: 1 }).map((bytes) => bytes.fill(1, 2));
  // Longer than the steps in which they are compared, and different at one place.
  const long = fc.tuple(fc.integer({ min: 30, max: 40 }), fc.integer({ min: 0, max: 39 })).map(([length, at]) => {
    return new Uint8Array(length).fill(1).fill(2, at, at + 1);
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 9 }), repeated, long), { maxLength: 60 }), (texts) => {
      const table = new ByteTable();
      const known = new Map<string, number>();
      for (const text of texts) {
        const around = Buffer.concat([Buffer.from('<'), text, Buffer.from('>')]);
        const key = Buffer.from(text).toString('hex');
        const number = table.find(around, 1, 1 + text.length);
        assert.equal(number, known.get(key));
        if (number === undefined) known.set(key, table.add(around, 1, 1 + text.length) ?? -1);
      }
      assert.deepEqual(
        [...known.values()],
        [...known.keys()].map((_, index) => index),
      );
    }),
  );
});

test('a table of bytes that is full begins anew', () => {
  const table = new ByteTable();
  const numbered = (number: number): Buffer => Buffer.from(String(number).padStart(1000, '0'));
  let added = 0;
  while (table.add(numbered(added), 0, 1000) !== undefined) added += 1;
  assert.ok(added > 1000 && added * 1000 <= 8 * 1024 * 1024, String(added));
  for (const number of [0, added - 1, added]) assert.equal(table.find(numbered(number), 0, 1000), undefined);
  assert.equal(table.add(numbered(5), 0, 1000), 0);
  assert.equal(table.find(numbered(5), 0, 1000), 0);
});
