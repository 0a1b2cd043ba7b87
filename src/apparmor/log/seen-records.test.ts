import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { auditdLine, lines } from '../../../test/confinement/kernel-record.ts';
import type { AccessEvent } from './event.ts';
import type { Said } from './known-records.ts';
import { readAccessLog } from './read-access-log.ts';
import { SeenRecords } from './seen-records.ts';

/** As many as are remembered at least. */
const REMEMBERED = 150_000;

const [EVENT] = readAccessLog(
  [lines(auditdLine({ profile: 'office', name: '/a', mask: 'r', serial: 1 }))],
  'log',
).events;

function said(name: string, comm = 'soffice.bin'): Said {
  assert.ok(EVENT !== undefined);
  const template: AccessEvent = { ...EVENT, comm };
  return { event: { ...template, name }, template };
}

const recordArbitrary = fc.record({
  name: fc.constantFrom('/a', '/b', '/bc', ''),
  comm: fc.constantFrom('soffice.bin', 'sh'),
  serial: fc.integer({ min: 0, max: 12 }),
  timeMs: fc.constantFrom(undefined, 1, 2),
});

test('a record is known again by all that it says, in whatever order records come', () => {
  fc.assert(
    fc.property(fc.array(recordArbitrary, { maxLength: 60 }), (records) => {
      const seen = new SeenRecords();
      const known = new Set<string>();
      for (const { name, comm, serial, timeMs } of records) {
        const key = JSON.stringify([name, comm, serial, timeMs]);
        assert.equal(
          seen.add(said(name, comm), { serial, ...(timeMs !== undefined && { timeMs }) }),
          known.has(key),
          key,
        );
        known.add(key);
      }
    }),
  );
});

test('a record without a number is never one that was there', () => {
  const seen = new SeenRecords();
  assert.ok(!seen.add(said('/a'), { timeMs: 1 }));
  assert.ok(!seen.add(said('/a'), { timeMs: 1 }));
});

test('the last ones are known however many came before, and the first ones are forgotten', () => {
  const seen = new SeenRecords();
  const one = said('/a');
  const isKnown = (serial: number): boolean => seen.add(one, { timeMs: serial, serial });
  const count = 4 * REMEMBERED;
  for (let serial = 0; serial < count; serial += 1) {
    assert.ok(!isKnown(serial));
    // Somebody looks for one in between, near and far.
    if (serial % 10 === 0 && serial > REMEMBERED) assert.ok(isKnown(serial - 1) && isKnown(serial - REMEMBERED + 1));
  }
  for (let serial = count - REMEMBERED; serial < count; serial += 1) assert.ok(isKnown(serial), String(serial));
  assert.ok(!isKnown(0));
  assert.ok(isKnown(0));
});
