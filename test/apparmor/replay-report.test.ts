import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replay } from '../../src/apparmor/compiled/replay.ts';
import type { AccessEvent } from '../../src/apparmor/log/event.ts';
import { replayReport } from '../../src/cli/confine-replay.ts';
import { replaySchema } from '../../src/report/confinement/replay-schema.ts';

test('what a policy would deny follows its schema; bytes that are no text are written in words', () => {
  const event: AccessEvent = {
    verdict: 'ALLOWED',
    operation: 'open',
    class: 'file',
    profile: 'gone',
    name: '/\xc3\xa9\n\xff',
    requested: 'r',
    denied: 'r',
    isDisconnected: false,
    fields: {},
  };
  const report = replayReport(replay([], [event, event]), { path: 't', how: 'as it is' });
  assert.deepEqual(replaySchema.parse(report), report);
  assert.match(JSON.stringify(report), /"subject":"\/\\\\xc3\\\\xa9\\\\x0a\\\\xff"/);
  assert.match(JSON.stringify(report), /"unknown":2/);
});
