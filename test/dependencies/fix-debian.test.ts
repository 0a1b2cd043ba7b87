/** Vulnerable packages of a Debian machine are upgraded by its own apt, from an archive that lies on it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { freeholdArgv } from '../cli/freehold.ts';
import { makeArchive, ThrowawayMachine, whyNoThrowaway } from '../transaction/throwaway.ts';
import { recordsOf } from './wheels.ts';

const LIMIT_MS = 120_000;
const INDEX = '/srv/advisories.sqlite';
const PROGRAM = 'freehold-test-program';
const LIBRARY = 'freehold-test-library';
const PACKAGES = [
  { name: LIBRARY, version: '1.0' },
  { name: LIBRARY, version: '1.1' },
  { name: PROGRAM, version: '1.0', relations: `Depends: ${LIBRARY}\n` },
  { name: PROGRAM, version: '2.0', relations: `Depends: ${LIBRARY} (>= 1.1)\n` },
  { name: 'freehold-test-lone', version: '1.0' },
];

const skip = whyNoThrowaway();
const [machine] = skip === false ? [new ThrowawayMachine()] : [];

/** On the throwaway machine, which has this very checkout. */
async function freehold(...argv: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const [program = '', ...rest] = freeholdArgv(argv);
  const result = await machine?.host.run([program, ...rest], { timeoutMs: LIMIT_MS });
  assert.ok(result?.kind === 'exited', JSON.stringify(result));
  const said = new TextDecoder().decode(result.stdout) + new TextDecoder().decode(result.stderr);
  return { code: result.code, said: said.replace(/\s+/g, ' ') };
}

async function versions(): Promise<string> {
  const found = await machine?.must('dpkg-query', '-W', '-f', '${Package} ${Version}\n', 'freehold-test-*');
  return (found ?? '')
    .trim()
    .split('\n')
    .filter((line) => !line.endsWith(' '))
    .join(', ');
}

before(async () => {
  if (machine === undefined) return;
  await machine.ready();
  await makeArchive(machine, PACKAGES);
  await machine.must('apt-get', '-qqy', 'install', `${PROGRAM}=1.0`, `${LIBRARY}=1.0`, 'freehold-test-lone');
  const weaknesses = [
    { id: 'DSA-1-1', ecosystem: 'Debian', name: PROGRAM, fixed: '2.0' },
    { id: 'DSA-2-1', ecosystem: 'Debian', name: 'freehold-test-lone', fixed: '1.5' },
  ];
  writeFileSync(machine.outside('/srv/records.jsonl'), recordsOf(weaknesses));
  const synced = await freehold('deps', 'sync', '--advisories', INDEX, '--from', '/srv/records.jsonl');
  assert.equal(synced.code, 0, synced.said);
});
after(() => {
  machine?.close();
});

test('apt upgrades what it has, with what that needs; rollback puts the old versions back', { skip }, async () => {
  const old = await versions();
  const fix = ['deps', 'fix', '--advisories', INDEX, '--in', '/var/lib/dpkg', '--yes'];
  const fixed = await freehold(...fix);
  assert.equal(fixed.code, 1, fixed.said);
  assert.match(fixed.said, /install the package freehold-test-program:all 2\.0/);
  assert.match(fixed.said, /1 finding mended/);
  assert.match(fixed.said, /1\.5 mends it, and apt has no newer version of it/);
  assert.equal(await versions(), `${LIBRARY} 1.1, freehold-test-lone 1.0, ${PROGRAM} 2.0`);
  const back = await freehold('rollback');
  assert.equal(back.code, 0, back.said);
  assert.equal(await versions(), old);
});
