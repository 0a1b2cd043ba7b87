/** Packages: the machine's own apt and dpkg, on a copy of this machine that is thrown away, with an archive of our own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PackageChange } from '../../src/core/change.ts';
import { apply } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import type { Host } from '../../src/host/host.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { planOf, whyNoMachine } from './machine.ts';

const LIFE_SECONDS = 600;
const LIMIT_MS = 60_000;
const POLL_MS = 20;
const ARCHIVE = '/srv/archive';

interface OurPackage {
  readonly name: string;
  readonly version: string;
  readonly relations?: string;
}

const PACKAGES: readonly OurPackage[] = [
  { name: 'freehold-test-library', version: '1.0' },
  { name: 'freehold-test-program', version: '1.0', relations: 'Depends: freehold-test-library\n' },
  { name: 'freehold-test-program', version: '2.0', relations: 'Depends: freehold-test-library\n' },
  { name: 'freehold-test-rival', version: '1.0', relations: 'Conflicts: freehold-test-program\n' },
];

/** This machine under an overlay: what is written to it lies in memory and goes with the process that holds it. */
class ThrowawayMachine {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'freehold-throwaway-'));
  readonly #root: string = join(this.#folder, 'root');
  readonly #holder: ChildProcess;

  constructor() {
    const script = `set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
: >"$1/root/ready"
exec sleep ${String(LIFE_SECONDS)}`;
    this.#holder = spawn('unshare', ['-m', '-n', 'sh', '-c', script, 'sh', this.#folder], { stdio: 'ignore' });
  }

  async ready(): Promise<void> {
    for (let waitedMs = 0; !existsSync(this.outside('/ready')); waitedMs += POLL_MS) {
      assert.ok(waitedMs < LIMIT_MS, 'the throwaway machine did not come up');
      await sleep(POLL_MS);
    }
  }

  outside(path: string): string {
    return `/proc/${String(this.#holder.pid)}/root${this.#root}${path}`;
  }

  get host(): Host {
    const local = openLocalHost();
    const enter = [
      'nsenter',
      '-t',
      String(this.#holder.pid),
      '-m',
      '-n',
      'setsid',
      '-w',
      'chroot',
      this.#root,
    ] as const;
    return {
      facts: { ...local.facts, isRoot: true },
      read: (path, options) => local.read(this.outside(path), options),
      list: (path) => local.list(this.outside(path)),
      stat: (path) => local.stat(this.outside(path)),
      find: () => Promise.reject(new Error('nothing is searched here')),
      run: (argv, options) => local.run([...enter, ...argv], options),
      close: () => local.close(),
    };
  }

  async must(...argv: readonly [string, ...string[]]): Promise<string> {
    const result = await this.host.run(argv, { timeoutMs: LIMIT_MS });
    const said = result.kind === 'exited' ? new TextDecoder().decode(result.stderr) : JSON.stringify(result);
    assert.ok(result.kind === 'exited' && result.code === 0, `${argv.join(' ')}: ${said}`);
    return new TextDecoder().decode(result.stdout);
  }

  close(): void {
    this.#holder.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The format of an archive without a signature: deb822 stanzas of a Packages file (repository-format, Debian wiki). */
async function makeArchive(machine: ThrowawayMachine): Promise<void> {
  mkdirSync(machine.outside(ARCHIVE), { recursive: true });
  const stanzas: string[] = [];
  for (const { name, version, relations = '' } of PACKAGES) {
    const tree = `${ARCHIVE}/${name}_${version}`;
    mkdirSync(machine.outside(`${tree}/DEBIAN`), { recursive: true });
    const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: Freehold <test@example.org>\n${relations}Description: a test\n`;
    writeFileSync(machine.outside(`${tree}/DEBIAN/control`), control);
    await machine.must('dpkg-deb', '--build', tree, `${tree}.deb`);
    const bytes = readFileSync(machine.outside(`${tree}.deb`));
    const digest = createHash('sha256').update(bytes).digest('hex');
    stanzas.push(`${control}Filename: ./${name}_${version}.deb\nSize: ${String(bytes.length)}\nSHA256: ${digest}\n`);
  }
  writeFileSync(machine.outside(`${ARCHIVE}/Packages`), stanzas.join('\n'));
  rmSync(machine.outside('/etc/apt/sources.list.d'), { recursive: true, force: true });
  writeFileSync(machine.outside('/etc/apt/sources.list'), `deb [trusted=yes] file:${ARCHIVE} ./\n`);
  await machine.must('apt-get', '-qq', 'update');
}

function whyNoThrowaway(): string | false {
  if (spawnSync('dpkg-deb', ['--version']).status !== 0) return 'LEFT OUT: no dpkg here';
  const probe =
    'mount -t tmpfs t /mnt && mkdir /mnt/u /mnt/w /mnt/r && mount -t overlay o -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r';
  if (spawnSync('unshare', ['-m', 'sh', '-c', probe]).status !== 0) return 'LEFT OUT: this machine allows no overlay';
  return false;
}

const why = whyNoMachine();
const skip = why === false ? whyNoThrowaway() : why;
const [machine] = skip === false ? [new ThrowawayMachine()] : [];
before(async () => {
  if (machine === undefined) return;
  await machine.ready();
  await makeArchive(machine);
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
