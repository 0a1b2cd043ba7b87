import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { auditdLine, lines } from '../../../test/confinement/kernel-record.ts';
import type { AccessEvent } from '../log/event.ts';
import { withStamp } from '../log/event-templates.ts';
import { readAccessLog } from '../log/read-access-log.ts';
import { Observations, type Observed } from './observations.ts';

const GAP_MS = 10_000;

const EVENTS: readonly AccessEvent[] = ['/a', '/proc/778/b', '/proc/778/b', '/c'].map((name, index) => {
  const [event] = readAccessLog(
    [lines(auditdLine({ profile: 'office', name, mask: index === 2 ? 'w' : 'r' }))],
    'log',
  ).events;
  assert.ok(event !== undefined);
  return event;
});

interface Told {
  readonly event: AccessEvent;
  readonly timeMs: number;
  readonly serial: number;
  readonly pid: number;
  /** Under which number a reader knows its text then. */
  readonly number: number;
}

const told: fc.Arbitrary<readonly Told[]> = fc.array(
  fc.record({
    event: fc.constantFrom(...EVENTS),
    timeMs: fc.integer({ min: 0, max: 9 }).map((step) => step * GAP_MS * 2),
    serial: fc.nat(),
    pid: fc.constantFrom(777, 778),
    number: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 40 },
);

function cut(observe: (observations: Observations) => void): Observed {
  const observations = new Observations();
  observe(observations);
  return observations.cut({ kind: 'gaps', gapMs: GAP_MS });
}

test('what comes again counts as what it is, whichever of two events had its number last', () => {
  fc.assert(
    fc.property(told, fc.boolean(), (all, isNumbered) => {
      const whole = cut((observations) => {
        const { event } = observations.source('log');
        for (const one of all) event(withStamp(one.event, one));
      });
      const again = cut((observations) => {
        const source = observations.source('log');
        const given = new Set<AccessEvent>();
        for (const one of all) {
          if (given.has(one.event)) source.again(one.event, one, one.number);
          // A reader may have had it from before the time that is asked for.
          else if (one.serial % 2 === 0) source.event(withStamp(one.event, one), isNumbered ? one.number : undefined);
          else source.again(one.event, one, one.number);
          given.add(one.event);
        }
      });
      const said = ({ facts, ...rest }: Observed): unknown => ({
        ...rest,
        facts: facts.map(({ event: { name, requested }, counts, total, firstMs, namesProcess }) => ({
          name,
          requested,
          counts,
          total,
          firstMs,
          namesProcess,
        })),
      });
      assert.deepEqual(said(again), said(whole));
    }),
  );
});

test('a run ends where nothing was logged for longer than the gap, in whatever order events come', () => {
  const timed = fc.record({
    event: fc.constantFrom(...EVENTS),
    // On both sides of the gap, and just on it.
    timeMs: fc.option(
      fc
        .array(fc.constantFrom(0, GAP_MS - 1, GAP_MS, GAP_MS + 1), { maxLength: 5 })
        .map((steps) => steps.reduce((sum, step) => sum + step, 0)),
    ),
  });
  fc.assert(
    fc.property(fc.array(timed, { maxLength: 30 }), (all) => {
      const observed = cut((observations) => {
        const { event } = observations.source('log');
        for (const { event: one, timeMs } of all) {
          const { timeMs: _, ...untimed } = one;
          event(timeMs === null ? untimed : { ...untimed, timeMs });
        }
      });
      const times = all.flatMap(({ timeMs }) => timeMs ?? []).sort((a, b) => a - b);
      const starts = times.filter((time, at) => time - (times[at - 1] ?? -Infinity) > GAP_MS);
      const runOf = (timeMs: number | null): number =>
        timeMs === null ? starts.length : starts.findLastIndex((start) => start <= timeMs);
      assert.equal(observed.untimed, all.filter(({ timeMs }) => timeMs === null).length);
      assert.equal(observed.runs.length, starts.length + Math.min(1, observed.untimed));
      for (const { event, counts, total } of observed.facts) {
        const own = all.filter((one) => one.event.name === event.name && one.event.requested === event.requested);
        assert.equal(total, own.length);
        const runs = [...new Set(own.map(({ timeMs }) => runOf(timeMs)))].sort((a, b) => a - b);
        const expected = runs.map((run) => [run, own.filter(({ timeMs }) => runOf(timeMs) === run).length]);
        assert.deepEqual([...counts], expected);
      }
    }),
  );
});
