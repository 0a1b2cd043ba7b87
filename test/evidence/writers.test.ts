/** Many processes at once, and a disk that is really full. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Recorder } from '../../src/evidence/record.ts';
import { Evidence, runOf } from './evidence.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));
const RUNS_EACH = 20;

async function write(folder: string, names: readonly string[], atOnce: number): Promise<string> {
  const argv = [WRITER, folder, String(atOnce), ...names];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  return text(child.stdout);
}

for (const writers of [2, 4]) {
  test(`${String(writers)} processes write at once, and each also in parallel`, async () => {
    using evidence = await Evidence.create();
    const names = Array.from({ length: writers }, (_, writer) =>
      Array.from({ length: RUNS_EACH }, (_run, run) => `writer-${String(writer)}-run-${String(run)}`),
    );
    const said = await Promise.all(names.map((own) => write(evidence.files.folder, own, 3)));
    const acknowledged = said.join('').trim().split('\n').sort();
    assert.deepEqual(
      acknowledged,
      names
        .flat()
        .map((name) => `recorded ${name}`)
        .sort(),
    );
    assert.deepEqual(evidence.verify().problems, []);
    assert.deepEqual([...evidence.names()].sort(), names.flat().sort());
  });
}

test('runs that end at once go in together', async () => {
  using evidence = await Evidence.create();
  const recorder = new Recorder(evidence.files);
  const names = Array.from({ length: 200 }, (_, run) => `run-${String(run)}`);
  const results = await Promise.all(names.map((name) => recorder.record(runOf(name))));
  assert.ok(results.every(({ kind }) => kind === 'recorded'));
  assert.deepEqual(evidence.names(), names);
  assert.deepEqual(evidence.verify().problems, []);
});

function whyNoTmpfs(): string | false {
  if (process.getuid?.() !== 0) return 'LEFT OUT: needs root to mount a small file system';
  const folder = mkdtempSync(join(tmpdir(), 'freehold-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted ? false : 'LEFT OUT: nothing can be mounted here';
}

test('a full file system', { skip: whyNoTmpfs() }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-full-'));
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]).status, 0);
  try {
    const evidence = await Evidence.create(folder);
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(200 * 1024));
    const recorder = new Recorder(evidence.files);
    const names: string[] = [];
    let reason = '';
    while (reason === '') {
      const name = `run-${String(names.length)}`;
      // What doesn't get smaller by compression.
      const result = await recorder.record(runOf(name, { name, noise: randomBytes(4000).toString('base64') }));
      if (result.kind === 'recorded') names.push(name);
      else reason = result.reason;
    }
    assert.match(reason, /ENOSPC/);
    assert.ok(names.length > 0);
    assert.deepEqual(evidence.names(), names);
    assert.deepEqual(evidence.verify().problems, []);
    rmSync(filler);
    await evidence.record('room again');
    // The one for which there was no room may have been whole when the checkpoint over it was not.
    const maybe = `run-${String(names.length)}`;
    assert.deepEqual(
      evidence.names().filter((name) => name !== maybe),
      [...names, 'room again'],
    );
    assert.deepEqual(evidence.verify().problems, []);
  } finally {
    assert.equal(spawnSync('umount', [folder]).status, 0);
    rmSync(folder, { recursive: true });
  }
});
