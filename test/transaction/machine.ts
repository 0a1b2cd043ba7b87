/**
 * A piece of this machine that a transaction may change: a folder of its own and a network namespace of its own. What lies
 * between the engine and the kernel is real; only where it happens is ours.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SysctlChange } from '../../src/core/change.ts';
import type { Plan, PlannedChange } from '../../src/core/plan.ts';
import type { PlaceOptions } from '../../src/engine/transaction/place.ts';
import type { Host } from '../../src/host/host.ts';
import { openLocalHost } from '../../src/host/local.ts';

const NAMESPACE_LIFE_SECONDS = 1200;
const POLL_MS = 5;
const STANDARD_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** Every program the scripts call; each is replaced by one that may end the whole run first. */
const CUT_PROGRAMS = [
  'sync',
  'mv',
  'cp',
  'cat',
  'mkdir',
  'rm',
  'chmod',
  'chown',
  'tail',
  'grep',
  'stat',
  'rmdir',
  'cmp',
  'tr',
  'flock',
  'head',
  'id',
  'sha256sum',
  'find',
  'sort',
  'du',
  'df',
];

export const created = { mode: 0o640, owner: 'root', group: 'daemon' } as const;

/** Why these tests can't run here, or `false`. */
export function whyNoMachine(): string | false {
  if (process.getuid?.() !== 0) return 'LEFT OUT: needs root for a network namespace and file owners';
  if (spawnSync('unshare', ['-n', 'true']).status !== 0) return 'LEFT OUT: this machine allows no network namespaces';
  if (spawnSync('getfattr', ['--version']).status !== 0) return 'LEFT OUT: no getfattr(1); install attr';
  return false;
}

/** A network namespace that lives until it is closed. */
export class Namespace {
  readonly #holder: ChildProcess = spawn('unshare', ['-n', 'sleep', String(NAMESPACE_LIFE_SECONDS)], {
    stdio: 'ignore',
  });

  async ready(): Promise<void> {
    const own = spawnSync('readlink', ['/proc/self/ns/net']).stdout.toString();
    while (spawnSync('readlink', [`/proc/${this.pid}/ns/net`]).stdout.toString() === own) await sleep(POLL_MS);
  }

  get pid(): string {
    return String(this.#holder.pid);
  }

  values(paths: readonly string[]): string {
    return spawnSync('nsenter', ['-t', this.pid, '-n', 'grep', '', ...paths]).stdout.toString();
  }

  write(path: string, value: string): void {
    spawnSync('nsenter', ['-t', this.pid, '-n', 'tee', path], { input: `${value}\n` });
  }

  close(): void {
    this.#holder.kill('SIGKILL');
  }
}

/** This machine with every program run in a namespace, as the leader of a process group that a cut can end. */
export function hostIn(namespace: Namespace, prefix: readonly string[] = []): Host {
  const local = openLocalHost();
  return {
    facts: { ...local.facts, isRoot: true },
    read: (path, options) => local.read(path, options),
    list: (path) => local.list(path),
    stat: (path) => local.stat(path),
    find: (question) => local.find(question),
    digest: (paths, algorithm) => local.digest(paths, algorithm),
    run: (argv, options) =>
      local.run(['nsenter', '-t', namespace.pid, '-n', 'setsid', '-w', ...prefix, ...argv], options),
    close: () => local.close(),
  };
}

export class Scene {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'freehold-scene-'));
  readonly etc: string = join(this.folder, 'etc');
  readonly state: string = join(this.folder, 'state');
  readonly bin: string = join(this.folder, 'bin');

  constructor() {
    mkdirSync(this.etc);
    mkdirSync(this.bin);
    writeFileSync(join(this.etc, 'odd.conf'), 'old content\nwithout end');
    chmodSync(join(this.etc, 'odd.conf'), 0o606);
    chownSync(join(this.etc, 'odd.conf'), 1, 2);
    spawnSync('setfattr', ['-n', 'user.freehold', '-v', "it's kept", join(this.etc, 'odd.conf')]);
    writeFileSync(join(this.etc, 'gone.conf'), 'to be removed\n');
    mkdirSync(join(this.etc, 'tree', 'deep'), { recursive: true });
    writeFileSync(join(this.etc, 'tree', 'deep', 'old'), 'old\n', { mode: 0o604 });
    chownSync(join(this.etc, 'tree', 'deep', 'old'), 1, 2);
    symlinkSync('deep/old', join(this.etc, 'tree', 'link'));
  }

  place(options: PlaceOptions = {}): PlaceOptions {
    return { stateDirectory: this.state, ...options };
  }

  /** Programs of which the `at`-th call ends the process group before it does its work; `sync` does nothing else. */
  cutAt(at: number): PlaceOptions {
    const counter = join(this.bin, 'count');
    writeFileSync(counter, '');
    for (const name of CUT_PROGRAMS) {
      const work = name === 'sync' ? 'exit 0' : `PATH=${STANDARD_PATH} exec ${name} "$@"`;
      const script = `#!/bin/dash
printf x >>${counter}
if [ "$(PATH=${STANDARD_PATH} wc -c <${counter})" -eq ${String(at)} ]; then kill -KILL 0; fi
${work}
`;
      writeFileSync(join(this.bin, name), script, { mode: 0o755 });
    }
    return this.place({ searchPath: `${this.bin}:${STANDARD_PATH}` });
  }

  callCount(): number {
    return readFileSync(join(this.bin, 'count')).length;
  }

  /** Every file with content, mode, owner and extended attributes, and the given kernel parameters. */
  snapshot(namespace: Namespace, paths: readonly string[]): string {
    const files = readdirSync(this.etc, { recursive: true, encoding: 'utf8' }).sort();
    const lines = files.map((name) => describeFile(join(this.etc, name), name));
    return [...lines, namespace.values(paths)].join('\n');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function describeFile(path: string, name: string): string {
  const stats = lstatSync(path);
  const owner = `${stats.mode.toString(8)} ${String(stats.uid)}:${String(stats.gid)}`;
  if (!stats.isFile()) return `${name} ${owner}`;
  const attributes = spawnSync('getfattr', ['-d', '-m', '-', path]).stdout.toString().split('\n').slice(1).join(' ');
  return `${name} ${owner} ${attributes} ${JSON.stringify(readFileSync(path, 'utf8'))}`;
}

export const SYSCTLS: readonly (readonly [string, string, readonly string[]])[] = [
  ['net.ipv4.conf.all.accept_redirects', '0', []],
  ['net.ipv4.ip_forward', '1', ['net/ipv4/conf/*/forwarding', 'net/ipv4/conf/all/accept_redirects']],
  ['net.ipv4.conf.default.rp_filter', '1', ['net/ipv4/conf/*/rp_filter']],
  ['net.ipv4.conf.all.log_martians', '1', []],
  ['net.ipv4.tcp_syncookies', '2', []],
  ['net.ipv4.ip_local_port_range', '40000 50000', []],
];

/** What a transaction of the scene may change in the namespace. */
export const WATCHED: readonly string[] = [
  ...SYSCTLS.map(([key]) => `/proc/sys/${key.replaceAll('.', '/')}`),
  ...['all', 'default', 'lo'].flatMap((scope) =>
    ['forwarding', 'rp_filter'].map((leaf) => `/proc/sys/net/ipv4/conf/${scope}/${leaf}`),
  ),
];

export function sysctl([key, value, also]: (typeof SYSCTLS)[number]): SysctlChange {
  const alsoChanges = also.map((path) => `/proc/sys/${path}`);
  return { kind: 'sysctl', key, path: `/proc/sys/${key.replaceAll('.', '/')}`, value, alsoChanges };
}

export function planOf(changes: readonly PlannedChange[]): Plan {
  const steps = changes.map((change) => ({ change, findings: [], before: null }));
  return { format: 'freehold.plan/1', host: 'local', blueprint: 'test\nrm -rf "$HOME" \'', steps, leftOut: [] };
}

/** A file that is new in a folder that is new, one that changes, one that goes, six parameters, and commands that write a file and a folder. */
export function sceneChanges(etc: string): readonly PlannedChange[] {
  const generated = join(etc, 'generated.conf');
  return [
    { kind: 'file', path: join(etc, 'new', 'deep', "it's.conf"), content: 'a = $HOME `id` \'"\\n\n\n', created },
    { kind: 'file', path: join(etc, 'odd.conf'), content: 'new content\n', created },
    { kind: 'file', path: join(etc, 'gone.conf'), content: null, created },
    ...SYSCTLS.map(sysctl),
    {
      kind: 'command',
      title: 'generate',
      run: ['sh', '-c', 'echo generated >"$1"', 'sh', generated],
      undo: null,
      touches: [generated],
    },
    {
      kind: 'command',
      title: 'rewrite the tree',
      run: ['sh', '-c', 'cd "$1" && rm -rf deep && mkdir -p new && echo new >new/file', 'sh', join(etc, 'tree')],
      undo: null,
      touches: [],
      touchesFolders: [join(etc, 'tree')],
    },
  ];
}
