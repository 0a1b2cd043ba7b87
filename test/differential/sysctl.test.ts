import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** FREEHOLD_DIFFERENTIAL_TREES=1000 is what .ci/run asks for; the default keeps `npm test` short. */
const treeCount = Number(process.env['FREEHOLD_DIFFERENTIAL_TREES'] ?? '120');
const seed = Number(process.env['FREEHOLD_DIFFERENTIAL_SEED'] ?? String(Date.now() % 1_000_000_000));
const WORKER_COUNT = 2;
/** A comparison in which next to nothing changed would prove nothing; measured: about 3.4 changed values a tree. */
const LEAST_CHANGED_PER_TREE = 2;

const SYSTEMD_SYSCTL = ['/usr/lib/systemd/systemd-sysctl', '/lib/systemd/systemd-sysctl'].find((path) =>
  existsSync(path),
);

test(
  `systemd-sysctl and Freehold agree on ${String(treeCount)} trees (seed ${String(seed)})`,
  { skip: whyNot() },
  async () => {
    const results = await Promise.all(
      Array.from({ length: WORKER_COUNT }, (_, index) => runWorker(Math.ceil(treeCount / WORKER_COUNT), seed + index)),
    );
    for (const result of results) {
      assert.equal(result.differences, 0, JSON.stringify(result.shown, null, 2));
      assert.ok(
        result.changed >= result.trees * LEAST_CHANGED_PER_TREE,
        `only ${String(result.changed)} values changed`,
      );
      assert.ok(result.files > 0);
    }
  },
);

interface WorkerResult {
  readonly trees: number;
  readonly changed: number;
  readonly files: number;
  readonly differences: number;
  readonly shown: unknown;
}

function runWorker(trees: number, workerSeed: number): Promise<WorkerResult> {
  const worker = fileURLToPath(new URL('sysctl-worker.ts', import.meta.url));
  const argv = ['-m', '--propagation', 'private', process.execPath, worker];
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', [...argv, SYSTEMD_SYSCTL ?? '', String(trees), String(workerSeed)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as WorkerResult);
      else reject(new Error(`the worker ended with ${String(code)}: ${output}`));
    });
  });
}

function whyNot(): string | false {
  if (SYSTEMD_SYSCTL === undefined) return 'LEFT OUT: no systemd-sysctl on this machine';
  if (process.getuid?.() !== 0) return 'LEFT OUT: needs root to make mount and network namespaces';
  if (spawnSync('ip', ['-V']).status !== 0) return 'LEFT OUT: no ip(8); install iproute2';
  if (!existsSync('/etc/sysctl.d')) return 'LEFT OUT: no /etc/sysctl.d to mount over';
  const works = spawnSync('unshare', ['-m', '-n', 'ip', 'link', 'add', 'eth0', 'type', 'bridge']).status === 0;
  return works ? false : 'LEFT OUT: this machine allows no mount and network namespaces with bridges';
}
