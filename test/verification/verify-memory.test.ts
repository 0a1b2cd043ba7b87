import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Folder, freeholdArgv } from '../cli/freehold.ts';
import { writeLongList } from './list-of-a-million.ts';
import { MinisignKey } from './minisign-key.ts';

const LINES = 1_000_000;
const LIMIT_MS = 600_000;
const GNU_TIME = '/usr/bin/time';
const BYTES_PER_KIB = 1024;
const BYTES_PER_MIB = BYTES_PER_KIB * BYTES_PER_KIB;
/** The list has 118 MiB, and a program from its sources 90 MiB before it has read anything. */
const PEAK_LIMIT_BYTES = 400 * BYTES_PER_MIB;

const skip = existsSync(GNU_TIME) ? false : 'LEFT OUT: no GNU time; install time';

suite('a list of a million lines takes bounded memory', { skip }, () => {
  const key = new MinisignKey('alice');

  test('to look one file up in it', () => {
    using folder = new Folder();
    prepare(folder, key);
    const { code, peakBytes, lines } = run(folder, ['--pin', key.pin, 'last']);
    assert.equal(code, 0);
    assert.match(lines(), /^verified +last: it is what SHA256SUMS:1000000 says/);
    assert(peakBytes < PEAK_LIMIT_BYTES, `${peakBytes} bytes`);
  });

  test('to verify all that it names', () => {
    using folder = new Folder();
    prepare(folder, key);
    const { code, peakBytes, lines } = run(folder, ['--pin', key.pin, '--list', 'SHA256SUMS']);
    assert.equal(code, 3);
    assert.match(lines(), /\n999999 unread, 1 verified\n$/);
    assert(peakBytes < PEAK_LIMIT_BYTES, `${peakBytes} bytes`);
  });
});

function prepare(folder: Folder, key: MinisignKey): void {
  folder.write('last', 'last');
  writeLongList(join(folder.path, 'SHA256SUMS'), LINES, { name: 'last', content: 'last' });
  folder.write('SHA256SUMS.minisig', key.sign(readFileSync(join(folder.path, 'SHA256SUMS'))));
}

function run(folder: Folder, argv: readonly string[]) {
  const out = join(folder.path, 'out');
  const cost = join(folder.path, 'cost');
  const output = openSync(out, 'w');
  const timed = ['--quiet', '--format', '%M', '--output', cost, ...freeholdArgv(['verify', ...argv])];
  const options = {
    cwd: folder.path,
    timeout: LIMIT_MS,
    stdio: ['ignore', output, 'inherit'] as ('ignore' | 'inherit' | number)[],
  };
  const { status } = spawnSync(GNU_TIME, timed, options);
  closeSync(output);
  const peakBytes = Number(readFileSync(cost, 'utf8')) * BYTES_PER_KIB;
  return { code: status, peakBytes, lines: () => readFileSync(out, 'utf8') };
}
