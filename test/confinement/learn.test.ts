import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { learnSchema } from '../../src/report/confinement/learn-schema.ts';
import { auditdLine, lines } from './kernel-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'freehold-learn-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const policy = join(folder, 'apparmor.d');
const file = join(policy, 'office');
const PROFILE = `profile office /usr/bin/office {
  # Settings.
  /etc/office/a r, # why
}
`;
mkdirSync(policy);

const logs = [0, 1].map((run) => {
  const path = join(folder, `run-${String(run)}.log`);
  const access = { profile: 'office', ouid: 0, timeMs: 1_764_115_200_000 + run } as const;
  writeFileSync(
    path,
    lines(
      auditdLine({ ...access, name: '/etc/office/b' }),
      auditdLine({ ...access, name: `/etc/office/part-${String(run)}`, serial: 46 }),
    ),
  );
  return path;
});

function learn(...more: readonly string[]): SpawnSyncReturns<string> {
  writeFileSync(file, PROFILE);
  const argv = ['src/cli/main.ts', 'confine', 'learn', 'office', '--policy', policy, ...more];
  return spawnSync(process.execPath, argv, { encoding: 'utf8' });
}

const named = logs.flatMap((log) => ['--log', log]);
const LEARNED = PROFILE.replace(
  '# why\n',
  '# why\n  /etc/office/b r, # seen in 2 of 2 runs, 2 times\n  /etc/office/part-[0-9]* r, # seen in 2 of 2 runs, 2 times; stands for 2 names\n',
);

test('the diff and the report are shown, and nothing is written', () => {
  const { status, stdout, stderr } = learn(...named);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^\+  \/etc\/office\/b r, # seen in 2 of 2 runs, 2 times$/m);
  assert.match(stdout, /^office: 4 events in 2 runs, 2 new rules$/m);
  assert.equal(readFileSync(file, 'utf8'), PROFILE);
});

test('--write puts the rules into the file; learned again there is nothing to write', () => {
  const { status, stderr } = learn(...named, '--write');
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^written: .*\/office$/m);
  assert.equal(readFileSync(file, 'utf8'), LEARNED);
});

test('the logs in another order give the same bytes', () => {
  const there = join(folder, 'out');
  const other = learn('--log', logs[1] ?? '', '--log', logs[0] ?? '', '--output', there, '--format', 'json');
  assert.equal(readFileSync(there, 'utf8'), LEARNED);
  assert.equal(other.stdout, learn(...named, '--format', 'json').stdout);
  learnSchema.parse(JSON.parse(other.stdout));
  const keys: readonly (string | undefined)[] = [...other.stdout.matchAll(/^ {2}"(\w+)":/gm)].map(([, key]) => key);
  assert.deepEqual(
    keys,
    keys.toSorted((a = '', b = '') => (a < b ? -1 : 1)),
  );
});

test('over the budget nothing is written', () => {
  const { status, stdout } = learn(...named, '--write', '--max-rules', '1');
  assert.equal(status, 1);
  assert.match(stdout, /2 rules are more than --max-rules 1: nothing is written/);
  assert.equal(readFileSync(file, 'utf8'), PROFILE);
});

test('what is no profile, and a log that is not there, are said', () => {
  assert.equal(learn('--log', logs[0] ?? '', '--log', join(folder, 'none'), '--runs', 'gaps').status, 3);
  const refused = (...argv: readonly string[]): string => {
    const run = spawnSync(process.execPath, ['src/cli/main.ts', 'confine', 'learn', ...argv, ...named], {
      encoding: 'utf8',
    });
    assert.equal(run.status, 2, run.stderr);
    return run.stderr;
  };
  assert.match(refused('nothing', '--policy', policy), /No profile in/);
  assert.match(refused('/usr/bin/office', '--policy', join(folder, 'none')), /There is no folder/);
  assert.match(refused(policy, '--policy', policy), /is a folder/);
});
