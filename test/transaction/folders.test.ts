/** Folders that a command rewrites are kept and put back as a whole, by root and by people who aren't root. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, test } from 'node:test';
import type { CommandChange } from '../../src/core/change.ts';
import type { PlannedChange } from '../../src/core/plan.ts';
import { apply, type ApplyResult } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import type { Host } from '../../src/host/host.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { planOf } from './machine.ts';

const skip = process.getuid?.() === 0 ? false : 'LEFT OUT: needs root to become somebody else';
const SOMEBODY = 12_345;
const PAGE_BYTES = 4096;
const MIB = 1024 * 1024;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freehold-folders-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'tree', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'tree', 'deep', 'file'), 'old\n');
});
afterEach(() => {
  spawnSync('umount', ['-q', join(folder, 'tree')]);
  rmSync(folder, { recursive: true, force: true });
});

function rewrite(script: string): CommandChange {
  const tree = join(folder, 'tree');
  const run = ['sh', '-c', `cd "$1" && ${script}`, 'sh', tree] as const;
  return { kind: 'command', title: 'rewrite', run, undo: null, touches: [], touchesFolders: [tree] };
}

const FAIL: CommandChange = { kind: 'command', title: 'fail', run: ['false'], undo: null, touches: [] };

function place(): { readonly stateDirectory: string } {
  return { stateDirectory: join(folder, 'state') };
}

function applyAll(changes: readonly PlannedChange[], host: Host = openLocalHost()): Promise<ApplyResult> {
  return apply(host, planOf(changes), { ...place(), now: new Date() });
}

function lookAt(path: string): string {
  return spawnSync('sh', [
    '-c',
    'find "$1" -exec stat -c "%n %f %u %g %s %Y" {} + | sort',
    'sh',
    path,
  ]).stdout.toString();
}

test('a failing step puts a folder back as it was, times and owners included', { skip }, async () => {
  const tree = join(folder, 'tree');
  chownSync(join(tree, 'deep', 'file'), 1, 2);
  utimesSync(join(tree, 'deep', 'file'), 1, 1);
  const old = lookAt(tree);
  const result = await applyAll([rewrite('rm -r deep && echo new >new'), FAIL]);
  assert.ok(result.kind === 'failed-and-undone', JSON.stringify(result));
  assert.equal(lookAt(tree), old);
});

test('a folder that was not there goes again', { skip }, async () => {
  const tree = join(folder, 'other');
  const make = { ...rewrite('true'), run: ['mkdir', '-p', join(tree, 'deep')], touchesFolders: [tree] } as const;
  assert.equal((await applyAll([make, FAIL])).kind, 'failed-and-undone');
  assert.equal(existsSync(tree), false);
});

test('what somebody else changed since in a folder is a conflict, and kept with --force', { skip }, async () => {
  const host = openLocalHost();
  assert.equal((await applyAll([rewrite('echo new >deep/file')])).kind, 'applied');
  writeFileSync(join(folder, 'tree', 'theirs'), 'theirs\n');
  assert.equal((await rollback(host, 'last', { ...place(), force: false })).kind, 'conflicts');
  assert.equal((await rollback(host, 'last', { ...place(), force: true })).kind, 'undone');
  assert.equal(readFileSync(join(folder, 'tree', 'deep', 'file'), 'utf8'), 'old\n');
  const [run] = await listRuns(host, place());
  const kept = join(folder, 'state', 'runs', run?.id ?? '', 'replaced', '0001.1', 'theirs');
  assert.equal(readFileSync(kept, 'utf8'), 'theirs\n');
});

test('what another step writes in a folder is not somebody else’s doing', { skip }, async () => {
  const host = openLocalHost();
  const old = lookAt(join(folder, 'tree'));
  const created = { mode: 0o644, owner: 'root', group: 'root' };
  const name = join(folder, 'tree', 'a [b] *');
  const file = { kind: 'file', path: name, content: 'new\n', created } as const;
  const nested = { ...rewrite('echo new >deep/file'), touchesFolders: [join(folder, 'tree', 'deep')] };
  const failed = await applyAll([rewrite('echo new >new'), file, nested, FAIL]);
  assert.equal(failed.kind, 'failed-and-undone', JSON.stringify(failed));
  assert.equal(lookAt(join(folder, 'tree')), old);
  assert.equal((await applyAll([rewrite('echo new >new'), file, nested])).kind, 'applied');
  assert.equal(readFileSync(name, 'utf8'), 'new\n');
  assert.equal((await rollback(host, 'last', { ...place(), force: false })).kind, 'undone');
  assert.equal(lookAt(join(folder, 'tree')), old);
  assert.equal((await applyAll([rewrite('echo new >new'), file, nested])).kind, 'applied');
  writeFileSync(name, 'theirs\n');
  assert.equal((await rollback(host, 'last', { ...place(), force: false })).kind, 'conflicts');
});

test(
  'a folder in which something is mounted is never exchanged: what is mounted would go with it',
  { skip },
  async () => {
    const data = join(folder, 'tree', 'mounted here');
    mkdirSync(data);
    spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', data]);
    try {
      writeFileSync(join(data, 'precious'), '');
      const result = await applyAll([rewrite('echo new >new'), FAIL]);
      assert.ok(result.kind === 'refused', JSON.stringify(result));
      assert.match(result.problems.join('\n'), /is mounted in .*tree/);
      assert.equal(existsSync(join(data, 'precious')), true);
    } finally {
      spawnSync('umount', [data]);
    }
  },
);

test('what programs keep in a folder for themselves is no conflict', { skip }, async () => {
  assert.equal((await applyAll([rewrite('echo new >deep/file')])).kind, 'applied');
  mkdirSync(join(folder, 'tree', 'deep', '__pycache__'));
  writeFileSync(join(folder, 'tree', 'deep', '__pycache__', 'x.pyc'), 'x');
  assert.equal((await rollback(openLocalHost(), 'last', { ...place(), force: false })).kind, 'undone');
  assert.equal(readFileSync(join(folder, 'tree', 'deep', 'file'), 'utf8'), 'old\n');
});

test('room is needed twice where the folder and its copy lie on one disk', { skip }, async () => {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(8 * MIB)},mode=755`, 'tmpfs', disk]);
  try {
    const tree = join(disk, 'tree');
    mkdirSync(tree);
    // Three of it don't fit: going back would find no room.
    writeFileSync(join(tree, 'big'), 'x'.repeat(3 * MIB));
    const run = ['sh', '-c', ': >"$1"', 'sh', join(tree, 'new')] as const;
    const change: CommandChange = { ...rewrite('true'), run, touchesFolders: [tree] };
    const options = { stateDirectory: join(disk, 'state'), now: new Date() };
    const full = await apply(openLocalHost(), planOf([change]), options);
    assert.ok(full.kind === 'refused', JSON.stringify(full));
    assert.match(full.problems.join('\n'), /there is no room at .* to keep /);
    writeFileSync(join(tree, 'big'), 'x'.repeat(2 * MIB));
    const done = await apply(openLocalHost(), planOf([change, FAIL]), options);
    assert.ok(done.kind === 'failed-and-undone', JSON.stringify(done));
    assert.equal(existsSync(join(tree, 'new')), false);
  } finally {
    spawnSync('umount', [disk]);
  }
});

test(
  'a file system of its own, and a disk without room, refuse the run before its first change',
  { skip },
  async () => {
    const tree = join(folder, 'tree');
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(PAGE_BYTES * 256)},mode=755`, 'tmpfs', tree]);
    const mounted = await applyAll([rewrite('echo new >new')]);
    assert.ok(mounted.kind === 'refused', JSON.stringify(mounted));
    assert.match(mounted.problems.join('\n'), /is a file system of its own/);
    spawnSync('umount', [tree]);
    mkdirSync(join(folder, 'state'), { recursive: true });
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(MIB)},mode=755`, 'tmpfs', join(folder, 'state')]);
    try {
      writeFileSync(join(tree, 'big'), 'x'.repeat(2 * MIB));
      const full = await applyAll([rewrite('echo new >new')]);
      assert.ok(full.kind === 'refused', JSON.stringify(full));
      assert.match(full.problems.join('\n'), /there is no room at .* to keep /);
    } finally {
      spawnSync('umount', [join(folder, 'state')]);
    }
    assert.equal(existsSync(join(tree, 'new')), false);
  },
);

test('somebody who isn’t root changes what is theirs, and nothing else', { skip }, async () => {
  for (const path of ['', 'tree', 'tree/deep', 'tree/deep/file']) chownSync(join(folder, path), SOMEBODY, SOMEBODY);
  const host = hostAs(SOMEBODY);
  const done = await applyAsThemselves(host, [rewrite('echo new >deep/file')]);
  assert.equal(done.kind, 'applied', JSON.stringify(done));
  assert.match(readFileSync(join(folder, 'tree', 'deep', 'file'), 'utf8'), /new/);
  assert.equal((await listRuns(host)).length, 1);
  assert.equal((await rollback(host, 'last', { force: false })).kind, 'undone');
  assert.equal(readFileSync(join(folder, 'tree', 'deep', 'file'), 'utf8'), 'old\n');
  chownSync(join(folder, 'tree', 'deep', 'file'), 0, 0);
  const foreign = await applyAsThemselves(host, [rewrite('echo new >new')]);
  assert.ok(foreign.kind === 'refused', JSON.stringify(foreign));
  assert.match(foreign.problems.join('\n'), /there is something of another user/);
});

function applyAsThemselves(host: Host, changes: readonly CommandChange[]): Promise<ApplyResult> {
  return apply(host, planOf(changes), { now: new Date() });
}

/** This machine as somebody else sees it, who lives in the folder of the test. */
function hostAs(uid: number): Host {
  const local = openLocalHost();
  const become = [
    'setpriv',
    '--reuid',
    String(uid),
    '--regid',
    String(uid),
    '--clear-groups',
    'env',
    '--unset=XDG_STATE_HOME',
    `HOME=${folder}`,
  ] as const;
  return {
    facts: { ...local.facts, isRoot: false },
    read: (path, options) => local.read(path, options),
    list: (path) => local.list(path),
    stat: (path) => local.stat(path),
    find: (question) => local.find(question),
    digest: (paths, algorithm) => local.digest(paths, algorithm),
    run: (argv, options) => local.run([...become, ...argv], options),
    close: () => local.close(),
  };
}
