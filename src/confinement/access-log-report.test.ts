import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventGroups } from '../apparmor/log/event-groups.ts';
import type { AccessLogReport } from '../core/access-log-report.ts';
import { auditdLine, lines } from '../../test/confinement/kernel-record.ts';
import { reportAccessLog } from './access-log-report.ts';
import { readNamedLogs } from './logs.ts';

async function report(
  count: number,
  { isAll, isBackwards = false }: { isAll: boolean; isBackwards?: boolean },
): Promise<AccessLogReport> {
  const all = Array.from({ length: count }, (_, serial) =>
    auditdLine({ profile: 'soffice', name: `/tmp/${serial % 30}`, serial, timeMs: 1_764_115_200_000 + serial }),
  );
  const groups = new EventGroups();
  async function* standardInput(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(lines(...(isBackwards ? all.toReversed() : all)));
  }
  const read = await readNamedLogs({ event: groups.add.bind(groups) }, { files: ['-'], standardInput });
  return reportAccessLog(read, groups, { version: '1.0.0', isAll });
}

test('a bounded number of groups is listed, and everything if asked', async () => {
  const some = await report(30, { isAll: false });
  assert.deepEqual([some.groups.length, some.leftOut], [20, 10]);
  const all = await report(30, { isAll: true });
  assert.deepEqual([all.groups.length, all.leftOut], [30, 0]);
});

test('groups have how often and from when to when, whatever the order of the log', async () => {
  const forwards = await report(31, { isAll: false });
  assert.deepEqual(forwards.groups[0], {
    profile: 'soffice',
    verdict: 'ALLOWED',
    class: 'file',
    operation: 'open',
    requested: 'r',
    object: '/tmp/0',
    count: 2,
    firstAt: '2025-11-26T00:00:00.000Z',
    lastAt: '2025-11-26T00:00:00.030Z',
  });
  assert.deepEqual(await report(31, { isAll: false, isBackwards: true }), forwards);
});
