/**
 * Machines for tests of many machines at once: each has its own network, its own kernel parameters there, its own
 * /etc/sysctl.d and its own state folder; they share everything else with this one.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const LIFE_SECONDS = 120;
const POLL_MS = 10;
const SET_UP = [
  'hostname "$1"',
  'mount -t tmpfs none /var/lib',
  'mount -t tmpfs none /etc/sysctl.d',
  'mkdir /var/lib/freehold',
  'touch /var/lib/freehold/ready',
  'exec sleep "$2"',
].join(' && ');

/** Why there can be no such machines here, or `false`. */
export function whyNoBoxes(): string | false {
  if (process.getuid?.() !== 0) return 'LEFT OUT: needs root for namespaces';
  const probe = ['--mount', '--net', '--uts', 'sh', '-c', 'mount -t tmpfs none /var/lib'];
  if (spawnSync('unshare', probe).status !== 0) return 'LEFT OUT: this machine allows no namespaces';
  if (spawnSync('nsenter', ['--version']).status !== 0) return 'LEFT OUT: no nsenter(1); install util-linux';
  return false;
}

/** One such machine, until it is closed. */
export class Box {
  readonly name: string;
  readonly #holder: ChildProcess;

  constructor(name: string) {
    this.name = name;
    const words = ['--mount', '--net', '--uts', 'sh', '-c', SET_UP, 'sh', name, String(LIFE_SECONDS)];
    this.#holder = spawn('unshare', words, { stdio: 'ignore' });
  }

  get address(): string {
    return `nsenter://${String(this.#holder.pid)}`;
  }

  async ready(): Promise<void> {
    const mark = `/proc/${String(this.#holder.pid)}/root/var/lib/freehold/ready`;
    while (!existsSync(mark)) await sleep(POLL_MS);
  }

  read(path: string): string {
    return readFileSync(`/proc/${String(this.#holder.pid)}/root${path}`, 'utf8');
  }

  /** Runs a shell script in it. */
  sh(script: string): string {
    const { stdout, stderr, status } = spawnSync('nsenter', ['-t', String(this.#holder.pid), '-a', 'sh', '-c', script]);
    if (status !== 0) throw new Error(`${script}: ${stderr.toString()}`);
    return stdout.toString();
  }

  [Symbol.dispose](): void {
    this.#holder.kill('SIGKILL');
  }
}

/** So many of them, ready for use. */
export async function openBoxes(count: number): Promise<readonly Box[]> {
  const boxes = Array.from({ length: count }, (_, index) => new Box(`box${String(index + 1)}`));
  await Promise.all(boxes.map((box) => box.ready()));
  return boxes;
}
