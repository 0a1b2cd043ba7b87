/** Many machines at once, some of which hang, lie or are gone: the others are unaffected, and nothing seen is lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetReport } from '../../src/core/fleet.ts';
import { type Ended, Folder, freeholdArgv } from '../cli/freehold.ts';

/** Stands for the containers' engine: what the name of a container begins with tells how it behaves. */
const ENGINE = `#!/bin/sh
echo "$3" >>"$FREEHOLD_TEST_LOG"
case $3 in
  hang*) exec sleep 60 ;;
  mute*) read -r line; exec sleep 60 ;;
  garbage*) exec head -c 30000000 /dev/urandom ;;
  flood*) exec yes 'answer' ;;
  gone*) echo "Error: no container with name or ID \\"$3\\" found: no such container" >&2; exit 125 ;;
  half*) exec head -c 2000 ;;
  slow*) sleep 0.5; exec /bin/sh ;;
  *) exec /bin/sh ;;
esac
`;
const BLUEPRINT =
  'version: 1\nname: fleet\nkernel:\n  sysctl:\n    kernel.kptr_restrict: 1\n    net.ipv4.tcp_syncookies: 1\n';
const POLL_MS = 20;
const RESULTS_LIMIT_MS = 20_000;
const GOOD = Array.from({ length: 30 }, (_, index) => `podman://good-${String(index)}`);
const BAD = ['hang', 'mute', 'garbage', 'flood', 'gone', 'half'].map((name) => `podman://${name}-1`);
const QUICK = ['--connect-timeout', '2', '--host-timeout', '4', '--retries', '0', '--concurrency', '8'];

class Fleet extends Folder {
  readonly log: string = join(this.path, 'log');
  readonly results: string = join(this.path, 'results');

  constructor() {
    super();
    this.write('freehold.yaml', BLUEPRINT);
    mkdirSync(join(this.path, 'bin'));
    const engine = this.write(join('bin', 'podman'), ENGINE);
    spawn('chmod', ['+x', engine]);
  }

  audit(
    hosts: readonly string[],
    ...options: readonly string[]
  ): { readonly ended: Promise<Ended>; readonly pid: number } {
    const argv = freeholdArgv(['audit', ...hosts, '--format', 'json', '--results', this.results, ...options]);
    const [program = '', ...rest] = argv;
    const path = [join(this.path, 'bin'), process.env['PATH']].join(delimiter);
    const env = { ...process.env, PATH: path, FREEHOLD_TEST_LOG: this.log, NO_COLOR: '1' };
    const child = spawn(program, rest, { cwd: this.path, env });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...output }));
    return { ended, pid: child.pid ?? 0 };
  }

  async hasResults(count: number): Promise<void> {
    const deadline = performance.now() + RESULTS_LIMIT_MS;
    const resultCount = (): number =>
      existsSync(this.results) ? readdirSync(this.results).filter((name) => name.endsWith('.json')).length : 0;
    while (resultCount() < count) {
      assert.ok(performance.now() < deadline, 'no results came');
      await sleep(POLL_MS);
    }
  }

  /** The containers that were asked since the last call. */
  asked(): readonly string[] {
    const lines = existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n').filter(Boolean) : [];
    this.write('log', '');
    return lines;
  }
}

function reportOf({ stdout, stderr }: Ended): FleetReport {
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as FleetReport;
}

test('machines that hang, lie or are gone do not touch the others', async () => {
  using fleet = new Fleet();
  const startedMs = performance.now();
  const ended = await fleet.audit([...BAD, ...GOOD], ...QUICK).ended;
  assert.ok(performance.now() - startedMs < 30_000);
  assert.equal(ended.code, 3, ended.stderr);
  const { hosts } = reportOf(ended);
  assert.deepEqual(
    hosts.filter(({ kind }) => kind === 'failed').map(({ name }) => name),
    [...BAD].sort(),
  );
  const findings = hosts.flatMap((host) => (host.kind === 'audited' ? [JSON.stringify(host.report.findings)] : []));
  assert.equal(findings.length, GOOD.length);
  assert.equal(new Set(findings).size, 1);
  for (const host of hosts) {
    if (host.kind === 'failed') assert.match(host.problems[0]?.message ?? '', /^podman:\/\/\w+-1: \S/);
  }
  assert.equal(readdirSync(fleet.results).length, hosts.length);
});

test('a run that was interrupted goes on where it stopped', async () => {
  using fleet = new Fleet();
  const slow = Array.from({ length: 12 }, (_, index) => `podman://slow-${String(index)}`);
  const run = fleet.audit(slow, '--concurrency', '3');
  await fleet.hasResults(3);
  process.kill(run.pid, 'SIGINT');
  const ended = await run.ended;
  assert.equal(ended.code, 3, ended.stderr);
  assert.match(ended.stderr, /--resume/);
  const done = reportOf(ended)
    .hosts.filter(({ kind }) => kind === 'audited')
    .map(({ name }) => name);
  assert.ok(done.length >= 3 && done.length < slow.length, String(done.length));
  fleet.asked();

  const again = await fleet.audit(slow, '--resume').ended;
  assert.notEqual(again.code, 3, again.stderr);
  assert.ok(reportOf(again).hosts.every(({ kind }) => kind === 'audited'));
  assert.equal(fleet.asked().length, slow.length - done.length);
});

test('a run that was killed goes on too, and a half-written result counts for nothing', async () => {
  using fleet = new Fleet();
  const slow = Array.from({ length: 6 }, (_, index) => `podman://slow-${String(index)}`);
  const run = fleet.audit(slow, '--concurrency', '2');
  await fleet.hasResults(2);
  process.kill(run.pid, 'SIGKILL');
  await run.ended;
  const [first = ''] = readdirSync(fleet.results).filter((name) => name.endsWith('.json'));
  fleet.write(join('results', first), readFileSync(join(fleet.results, first), 'utf8').slice(0, 100));
  fleet.asked();
  const again = await fleet.audit(slow, '--resume').ended;
  assert.ok(reportOf(again).hosts.every(({ kind }) => kind === 'audited'));
  const asked = fleet.asked();
  assert.ok(asked.length < slow.length && asked.length > 0, asked.join());
});

test('results of another run are not written over', async () => {
  using fleet = new Fleet();
  await fleet.audit(GOOD.slice(0, 2)).ended;
  const again = await fleet.audit(GOOD.slice(0, 2)).ended;
  assert.equal(again.code, 2);
  assert.match(again.stderr, /--resume/);
});

test('a changed blueprint is no reason to believe old results', async () => {
  using fleet = new Fleet();
  await fleet.audit(GOOD.slice(0, 2)).ended;
  fleet.asked();
  fleet.write('freehold.yaml', BLUEPRINT.replace('kptr_restrict: 1', 'kptr_restrict: 2'));
  await fleet.audit(GOOD.slice(0, 2), '--resume').ended;
  assert.equal(fleet.asked().length, 2);
});
