import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { Folder, freeholdArgv } from '../cli/freehold.ts';
import { recordedPolicy } from './kernel-answers/recorded.ts';
import { auditdLine } from './kernel-record.ts';

const LINES = 150_000;
/** Held as events, these lines take twice as much. */
const HEAP_MB = 40;
const START_MS = 1_764_115_200_000;

test('replay keeps what differs, and not each line of the log', () => {
  using folder = new Folder();
  folder.write('policy.bin', recordedPolicy());
  const lines = Array.from({ length: LINES }, (_, count) =>
    auditdLine({
      verdict: 'ALLOWED',
      profile: 'nobody',
      name: `/srv/${String(count % 10)}`,
      mask: 'r',
      ouid: 0,
      timeMs: START_MS + count,
      serial: count + 1,
    }),
  );
  folder.write('log', `${lines.join('\n')}\n`);
  const [node = '', ...argv] = freeholdArgv(['confine', 'replay', 'policy.bin', join(folder.path, 'log')]);
  const { stdout, stderr } = spawnSync(node, [`--max-old-space-size=${String(HEAP_MB)}`, ...argv], {
    cwd: folder.path,
  });
  assert.match(
    stdout.toString(),
    new RegExp(`^${String(LINES)} accesses: 0 allowed, 0 would be denied, `),
    stderr.toString(),
  );
});
