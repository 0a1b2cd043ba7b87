/** The commands of README.md and docs/evidence.md, as they stand there, on what Freehold exports. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withLedger } from '../../src/evidence/entries.ts';
import { exportRun } from '../../src/evidence/export.ts';
import { Evidence } from './evidence.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const DOCUMENT = readFileSync(join(ROOT, 'docs', 'evidence.md'), 'utf8');
const BLOCKS = blocksOf(DOCUMENT);
const RUNS = 7;

function blocksOf(document: string): readonly string[] {
  return [...document.matchAll(/^```sh verify\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

function whyNot(): string | false {
  const version = spawnSync('openssl', ['version'], { encoding: 'utf8' });
  if (version.error !== undefined || !/^OpenSSL [3-9]/.test(version.stdout))
    return 'LEFT OUT: no OpenSSL 3; install openssl';
  return spawnSync('basenc', ['--version']).error === undefined
    ? false
    : 'LEFT OUT: no basenc; install coreutils 8.31 or newer';
}

function run(block: string, folder: string): number | null {
  return spawnSync('sh', ['-eu', '-c', block], { cwd: folder, stdio: 'ignore' }).status;
}

/** How many of the blocks say that something is wrong. */
function complaints(folder: string): number {
  return BLOCKS.filter((block) => run(block, folder) !== 0).length;
}

async function exported(): Promise<{ readonly evidence: Evidence; readonly folders: readonly string[] }> {
  const evidence = await Evidence.create();
  await evidence.record(...Array.from({ length: RUNS }, (_, run) => `run-${String(run)}`));
  const { files, noteKey } = evidence;
  const folders = withLedger(files, noteKey, (ledger) =>
    Array.from({ length: RUNS }, (_, sequence) => {
      const to = join(evidence.parent, `export-${String(sequence)}`);
      exportRun(ledger, { files, noteKey, sequence, to });
      return to;
    }),
  );
  return { evidence, folders };
}

test('every entry of a ledger verifies with the documented commands alone', { skip: whyNot() }, async () => {
  assert.equal(BLOCKS.length, 5);
  const short = blocksOf(README);
  assert.equal(short.length, 1);
  const { evidence, folders } = await exported();
  using _ = evidence;
  for (const folder of folders) {
    for (const block of [...BLOCKS, ...short]) assert.equal(run(block, folder), 0, `${folder}\n${block}`);
  }
});

test('and a changed file doesn’t', { skip: whyNot() }, async () => {
  const { evidence, folders } = await exported();
  using _ = evidence;
  const [, , , folder = ''] = folders;
  const changed = [
    'statement.json',
    'report.json',
    'envelope.json',
    'envelope.pae',
    'envelope.sig',
    'checkpoint.txt',
    'checkpoint.sig',
    'inclusion.txt',
    'public.pem',
  ];
  for (const name of changed) {
    const path = join(folder, name);
    const whole = readFileSync(path);
    const bent = Buffer.from(whole);
    // Neither the first line nor the last byte, which may be no more than a frame.
    const at = Math.floor(whole.length * 0.6);
    bent[at] = (whole[at] ?? 0) ^ 1;
    writeFileSync(path, bent);
    assert.ok(complaints(folder) > 0, name);
    writeFileSync(path, whole);
  }
  assert.equal(complaints(folder), 0);
  const [other = ''] = folders;
  for (const name of ['report.json', 'envelope.json', 'envelope.sig', 'inclusion.txt']) {
    const whole = readFileSync(join(folder, name));
    execFileSync('cp', [join(other, name), join(folder, name)]);
    assert.ok(complaints(folder) > 0, `another’s ${name}`);
    writeFileSync(join(folder, name), whole);
  }
});

test('the documented type is the one that is written', async () => {
  using evidence = await Evidence.create();
  await evidence.record('one');
  const line = readFileSync(evidence.files.ledger.entries, 'utf8');
  const payload = /"payload":"([^"]*)"/.exec(line)?.[1] ?? '';
  const type = /"predicateType":"([^"]*)"/.exec(Buffer.from(payload, 'base64').toString())?.[1] ?? 'none';
  assert.ok(DOCUMENT.includes(`\`${type}\``), type);
});
