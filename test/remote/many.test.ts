/** Many machines behind one real sshd, some of which hang or answer garbage: what it costs, and that nothing fails. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import type { Finding } from '../../src/core/finding.ts';
import type { FleetReport } from '../../src/core/fleet.ts';
import { Folder, freeholdArgv } from '../cli/freehold.ts';
import { hostName, Sshd, whyNoSshd } from './sshd.ts';

const COUNT = Number(process.env['FREEHOLD_FLEET_HOSTS'] ?? '18');
const BAD_COUNT = 10;
const MEMORY_LIMIT_MB = 300;
const KB_PER_MB = 1024;
const POLL_MS = 100;
/** USER_HZ of Linux. */
const MS_PER_TICK = 10;
/** What a client gets that reaches no sshd: silence, and noise without an end. */
const BAD_CLIENTS = ['sleep 120', 'cat /dev/urandom', 'yes'];

interface Cost {
  readonly memoryMb: number;
  /** Of Freehold and the ssh clients that it waited for. */
  readonly cpuMs: number;
  readonly seconds: number;
}

async function auditAll(
  sshd: Sshd,
  folder: Folder,
  hosts: readonly string[],
): Promise<{ readonly report: FleetReport; readonly cost: Cost }> {
  const output = join(folder.path, 'report.json');
  const argv = ['audit', ...hosts.map((name) => `ssh://${name}`), '--ssh-config', sshd.sshConfig, '--format', 'json'];
  const limits = [
    '--connect-timeout',
    '15',
    '--host-timeout',
    '120',
    '--retries',
    '1',
    '--results',
    join(folder.path, 'results'),
  ];
  const [program = '', ...rest] = freeholdArgv([
    ...argv,
    ...limits,
    '--output',
    output,
    '--html',
    join(folder.path, 'report.html'),
  ]);
  const startedMs = performance.now();
  const child = spawn(program, rest, { cwd: folder.path, stdio: 'ignore' });
  let memoryKb = 0;
  let cpuTicks = 0;
  const watch = setInterval(() => {
    try {
      const high = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, 'utf8'));
      memoryKb = Math.max(memoryKb, Number(high?.[1] ?? 0));
      cpuTicks = ticksOf(readFileSync(`/proc/${String(child.pid)}/stat`, 'utf8'));
    } catch {
      // It has just ended.
    }
  }, POLL_MS);
  await once(child, 'close');
  clearInterval(watch);
  const report = JSON.parse(readFileSync(output, 'utf8')) as FleetReport;
  const wallSeconds = (performance.now() - startedMs) / 1000;
  return { report, cost: { memoryMb: memoryKb / KB_PER_MB, cpuMs: cpuTicks * MS_PER_TICK, seconds: wallSeconds } };
}

/** Other tests make and remove network interfaces meanwhile, and what is wished for reaches each of them. */
function isSteady({ id }: Pick<Finding, 'id'>): boolean {
  return !id.startsWith('kernel/sysctl/net.');
}

/** utime, stime, cutime and cstime of proc(5), after the name, which may hold anything. */
function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields
    .slice(11, 15)
    .map(Number)
    .reduce((sum, ticks) => sum + ticks, 0);
}

test(`${String(COUNT)} machines, ${String(BAD_COUNT)} of which hang or lie`, { skip: whyNoSshd() }, async (context) => {
  const sshd = await Sshd.start({ names: COUNT - BAD_COUNT });
  using folder = new Folder();
  folder.write('freehold.yaml', 'version: 1\nname: many\nextends: baseline\n');
  const bad = Array.from({ length: BAD_COUNT }, (_, index) => `bad-${String(index)}`);
  sshd.configureClient(
    bad.flatMap((name, index) => [`Host ${name}`, `  ProxyCommand ${BAD_CLIENTS[index % BAD_CLIENTS.length] ?? ''}`]),
  );
  const good = Array.from({ length: COUNT - BAD_COUNT }, (_, index) => hostName(index));
  const { report, cost } = await auditAll(sshd, folder, [...bad, ...good]).finally(() => {
    sshd.close();
  });
  const each = (cost.cpuMs / COUNT).toFixed(0);
  context.diagnostic(
    `${cost.seconds.toFixed(1)} s, ${String(Math.round(cost.memoryMb))} MB, ${each} ms of CPU a machine`,
  );
  const failed = report.hosts.filter(({ kind }) => kind === 'failed').map(({ address }) => address);
  assert.deepEqual(failed.sort(), bad.map((name) => `ssh://${name}`).sort());
  const audits = report.hosts.flatMap((host) =>
    host.kind === 'audited' ? [host.report.findings.filter(isSteady)] : [],
  );
  assert.equal(audits.length, COUNT - BAD_COUNT);
  // One by one: a difference should be seen, not counted.
  for (const findings of audits) assert.deepEqual(findings, audits[0], 'the same machine by another name');
  assert.ok(cost.memoryMb < MEMORY_LIMIT_MB, `${String(cost.memoryMb)} MB`);
});
