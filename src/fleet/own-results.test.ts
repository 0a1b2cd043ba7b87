import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lastRunFolder, newRunFolder, removeOldRuns } from './own-results.ts';

const RUNS = 25;
const MS_PER_MINUTE = 60_000;

test('the newest runs stay, and whatever is nobody’s run', () => {
  const parent = mkdtempSync(join(tmpdir(), 'freehold-results-'));
  try {
    const start = Date.parse('2026-11-26T23:50:00Z');
    const folders = Array.from({ length: RUNS }, (_, index) =>
      newRunFolder(parent, { now: new Date(start + index * MS_PER_MINUTE), pid: RUNS - index }),
    );
    for (const folder of folders) mkdirSync(folder);
    mkdirSync(join(parent, 'kept by hand'));
    writeFileSync(join(parent, '20200101T000000Z-1'), 'no folder');
    removeOldRuns(parent);
    assert.equal(lastRunFolder(parent), folders.at(-1));
    const left = readdirSync(parent).map((name) => join(parent, name));
    assert.deepEqual(left.filter((path) => folders.includes(path)).sort(), folders.slice(-20).sort());
    assert.equal(left.length, 22);
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('where nothing was kept there is no last run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-results-'));
  const parent = join(folder, 'audits');
  assert.equal(lastRunFolder(parent), undefined);
  removeOldRuns(parent);
  rmSync(folder, { recursive: true });
});
