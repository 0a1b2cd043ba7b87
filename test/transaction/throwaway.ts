/** A copy of this machine that is thrown away, with its own apt and dpkg, and an archive of our own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../src/host/host.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { whyNoMachine } from './machine.ts';

const LIFE_SECONDS = 600;
const LIMIT_MS = 60_000;
const POLL_MS = 20;
const ARCHIVE = '/srv/archive';

export interface OurPackage {
  readonly name: string;
  readonly version: string;
  readonly relations?: string;
}

/** This machine under an overlay: what is written to it lies in memory and goes with the process that holds it. */
export class ThrowawayMachine {
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
      digest: (paths, algorithm) =>
        local.digest(
          paths.map((path) => this.outside(path)),
          algorithm,
        ),
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
export async function makeArchive(machine: ThrowawayMachine, packages: readonly OurPackage[]): Promise<void> {
  mkdirSync(machine.outside(ARCHIVE), { recursive: true });
  const stanzas: string[] = [];
  for (const { name, version, relations = '' } of packages) {
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

/** Why there can't be one, or `false`. */
export function whyNoThrowaway(): string | false {
  const why = whyNoMachine();
  if (why !== false) return why;
  if (spawnSync('dpkg-deb', ['--version']).status !== 0) return 'LEFT OUT: no dpkg here';
  const probe =
    'mount -t tmpfs t /mnt && mkdir /mnt/u /mnt/w /mnt/r && mount -t overlay o -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r';
  if (spawnSync('unshare', ['-m', 'sh', '-c', probe]).status !== 0) return 'LEFT OUT: this machine allows no overlay';
  return false;
}
