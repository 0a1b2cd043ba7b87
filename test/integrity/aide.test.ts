/** aide(1) and a baseline agree on what was added, removed and changed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { observeBaseline } from '../../src/controls/integrity/baseline/observe.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { Machine } from './baseline-machine.ts';

/** aide ends with 0 where nothing differs, and with the sum of 1 (added), 2 (removed) and 4 (changed) else. */
const AIDE_FAILED = 14;
const FILES = 40;
/** Long before now. */
const THEN = new Date('2020-01-01T00:00:00Z');

const report = z.looseObject({
  added: z.record(z.string(), z.string()).default({}),
  removed: z.record(z.string(), z.string()).default({}),
  changed: z.record(z.string(), z.string()).default({}),
});

test('aide sees the same differences', { skip: whyNoAide() }, async (context) => {
  const machine = new Machine();
  context.after(() => {
    machine.remove();
  });
  const { tree, folder } = machine;
  const plain = join(tree, 'plain');
  mkdirSync(plain);
  for (let index = 0; index < FILES; index += 1) writeFileSync(join(plain, String(index)), `${String(index)}\n`);
  const configuration = join(folder, 'aide.conf');
  const database = join(folder, 'aide.db');
  writeFileSync(
    configuration,
    [
      `database_in=file:${database}`,
      `database_out=file:${database}`,
      'gzip_dbout=no',
      'report_format=json',
      'report_level=list_entries',
      `${plain} ftype+p+u+g+l+s+sha256+xattrs`,
      '',
    ].join('\n'),
  );
  const host = openLocalHost();
  const policy = { ...machine.policy, trees: [plain] };
  const aide = (...words: readonly string[]): string => {
    const ran = spawnSync('aide', ['-c', configuration, ...words], { encoding: 'utf8' });
    assert.ok((ran.status ?? AIDE_FAILED) < AIDE_FAILED, ran.stderr + ran.stdout);
    return ran.stdout;
  };
  aide('--init');
  Object.assign(machine.policy, { trees: [plain] });
  await machine.take(host);

  appendFileSync(join(plain, '0'), 'x');
  writeFileSync(join(plain, '1'), '2\n');
  chmodSync(join(plain, '2'), 0o600);
  unlinkSync(join(plain, '3'));
  unlinkSync(join(plain, '4'));
  symlinkSync('5', join(plain, '4'));
  renameSync(join(plain, '6'), join(plain, 'six'));
  const content = readFileSync(join(plain, '7'));
  writeFileSync(join(plain, '7'), content);
  utimesSync(join(plain, '8'), THEN, THEN);
  writeFileSync(join(plain, '9'), 'Z\n');
  utimesSync(join(plain, '9'), THEN, THEN);
  mkdirSync(join(plain, 'folder'));
  writeFileSync(join(plain, 'folder/below'), '');

  const theirs = report.parse(JSON.parse(aide('--check')));
  const state = await observeBaseline(host, policy, { trust: machine.trust, now: new Date() });
  assert.ok(state.kind === 'compared');
  const ours = (kind: string): readonly string[] =>
    state.comparison.differences.filter((one) => one.kind === kind).map(({ path }) => path);
  // A folder has another size when something was put into it, which a baseline passes over.
  const changed = Object.keys(theirs.changed).filter((path) => path !== plain);
  assert.deepEqual(ours('added'), Object.keys(theirs.added).sort());
  assert.deepEqual(ours('removed'), Object.keys(theirs.removed).sort());
  assert.deepEqual(ours('changed'), changed.sort());
  assert.ok(ours('changed').length >= 5);
});

function whyNoAide(): string | false {
  return spawnSync('aide', ['--version']).error === undefined ? false : 'LEFT OUT: no aide; install aide';
}
