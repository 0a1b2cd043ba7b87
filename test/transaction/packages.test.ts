/** Packages: the machine's own apt and dpkg, on a copy of this machine that is thrown away, with an archive of our own. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PackageChange } from '../../src/core/change.ts';
import { apply } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import { planOf } from './machine.ts';
import { makeArchive, type OurPackage, ThrowawayMachine, whyNoThrowaway } from './throwaway.ts';

const PACKAGES: readonly OurPackage[] = [
  { name: 'freehold-test-library', version: '1.0' },
  { name: 'freehold-test-program', version: '1.0', relations: 'Depends: freehold-test-library\n' },
  { name: 'freehold-test-program', version: '2.0', relations: 'Depends: freehold-test-library\n' },
  { name: 'freehold-test-rival', version: '1.0', relations: 'Conflicts: freehold-test-program\n' },
];

const skip = whyNoThrowaway();
const [machine] = skip === false ? [new ThrowawayMachine()] : [];
before(async () => {
  if (machine === undefined) return;
  await machine.ready();
  await makeArchive(machine, PACKAGES);
});
after(() => {
  machine?.close();
});

const PROGRAM = 'freehold-test-program';

interface Case {
  readonly title: string;
  /** What apt-get is asked for before the run. */
  readonly given: readonly string[];
  readonly change: PackageChange;
  readonly installed: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: 'what an installation brought along goes with it',
    given: [],
    change: { kind: 'package', name: PROGRAM, action: 'install' },
    installed: ['freehold-test-library=1.0', 'freehold-test-program=2.0'],
  },
  {
    title: 'an older version comes back',
    given: [`${PROGRAM}=1.0`],
    change: { kind: 'package', name: PROGRAM, action: 'install', version: '2.0' },
    installed: ['freehold-test-library=1.0', 'freehold-test-program=2.0'],
  },
  {
    title: 'a newer version comes back',
    given: [`${PROGRAM}=2.0`],
    change: { kind: 'package', name: PROGRAM, action: 'install', version: '1.0' },
    installed: ['freehold-test-library=1.0', 'freehold-test-program=1.0'],
  },
  {
    title: 'what had to go with a removed package comes back',
    given: [`${PROGRAM}=1.0`],
    change: { kind: 'package', name: 'freehold-test-library', action: 'remove' },
    installed: [],
  },
  {
    title: 'what an installation drove out comes back',
    given: [`${PROGRAM}=1.0`],
    change: { kind: 'package', name: 'freehold-test-rival', action: 'install' },
    installed: ['freehold-test-library=1.0', 'freehold-test-rival=1.0'],
  },
];

async function ours(on: ThrowawayMachine): Promise<readonly string[]> {
  const format = '${db:Status-Abbrev}|${Package}=${Version}\\n';
  const lines = (await on.must('dpkg-query', '-W', '-f', format)).split('\n');
  return lines.flatMap((line) => (line.startsWith('ii |freehold-test-') ? [line.slice('ii |'.length)] : [])).sort();
}

for (const { title, given, change, installed } of CASES) {
  test(`packages: ${title}`, { skip }, async () => {
    assert.ok(machine !== undefined);
    await machine.must('sh', '-c', "apt-get -qq --yes purge 'freehold-test-*' >/dev/null 2>&1 || true");
    if (given.length > 0) await machine.must('apt-get', '-qq', '--yes', '--allow-downgrades', 'install', ...given);
    const old = await ours(machine);
    const result = await apply(machine.host, planOf([change]), { now: new Date() });
    assert.equal(result.kind, 'applied', JSON.stringify(result));
    assert.deepEqual(await ours(machine), installed);
    const undone = await rollback(machine.host, 'last', { force: false });
    assert.equal(undone.kind, 'undone', JSON.stringify(undone));
    assert.deepEqual(await ours(machine), old);
  });
}

test('packages: one that isn’t there fails the run, and what came before goes back', { skip }, async () => {
  assert.ok(machine !== undefined);
  await machine.must('sh', '-c', "apt-get -qq --yes purge 'freehold-test-*' >/dev/null 2>&1");
  const changes: readonly PackageChange[] = [
    { kind: 'package', name: PROGRAM, action: 'install' },
    { kind: 'package', name: 'freehold-test-nowhere', action: 'install' },
  ];
  const result = await apply(machine.host, planOf(changes), { now: new Date() });
  assert.ok(result.kind === 'failed-and-undone', JSON.stringify(result));
  assert.match(result.problems.join('\n'), /freehold-test-nowhere/);
  assert.deepEqual(await ours(machine), []);
});
