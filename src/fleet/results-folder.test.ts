import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ResultsFolder } from './results-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'freehold-results-'));
after(() => {
  rmSync(parent, { recursive: true });
});

test('the folder is made with all above it, for its owner alone', () => {
  const path = join(parent, 'a', 'b', 'c');
  assert.equal(new ResultsFolder(path, { mayResume: false }).path, path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.equal(statSync(join(parent, 'a')).mode & 0o777, 0o700);
});

test('where no folder can be made it says so, also below /proc', () => {
  writeFileSync(join(parent, 'file'), '');
  const places = [join(parent, 'file'), join(parent, 'file', 'below'), ...(existsSync('/proc/1') ? ['/proc/a/b'] : [])];
  for (const path of places) {
    assert.throws(() => new ResultsFolder(path, { mayResume: false }), /can't be kept in/, path);
  }
});
