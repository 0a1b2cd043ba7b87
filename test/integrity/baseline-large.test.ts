import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('baseline-large.ts', import.meta.url));
/** A tenth of what the entries would take as objects. */
const HEAP_MIB = 48;

test('a baseline of half a million paths is never held whole as objects', () => {
  const argv = [`--max-old-space-size=${String(HEAP_MIB)}`, SCRIPT];
  const ran = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(JSON.parse(ran.stdout), { added: 0, removed: 0, changed: 100_000, same: 400_000, kept: 3 });
});
