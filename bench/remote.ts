import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.ts';
import { hostName, Sshd, whyNoSshd } from '../test/remote/sshd.ts';
import { measure, type Run, spreadOf } from './measure.ts';

/*
 * How many machines behind ssh are looked at in a minute: the published program against ansible-playbook (Debian package
 * ansible-core) that gathers facts and reads ten sysctls, both through the same sshd on the loopback interface, in the
 * same run. One bare ssh that dumps all sysctls shows what the connection itself costs.
 *
 *   npm run bench:remote -- [--hosts 20] [--runs 5] [--check]
 */
const ROOT = join(import.meta.dirname, '..');
const TIMES_ANSIBLE = 40;
const MS_PER_MINUTE = 60_000;
const MS_PER_SECOND = 1000;
const SYSCTLS = [
  'kernel.kptr_restrict',
  'kernel.dmesg_restrict',
  'vm.swappiness',
  'kernel.randomize_va_space',
  'net.ipv4.ip_forward',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.conf.all.accept_redirects',
  'fs.protected_symlinks',
  'fs.suid_dumpable',
];

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '20' },
    runs: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
  },
});
const missing = whyNoSshd();
if (missing === false) await bench(Number(values.hosts), Number(values.runs));
else print(`SKIPPED: ${missing}`);

async function bench(count: number, runs: number): Promise<void> {
  await build(join(ROOT, 'dist'));
  const sshd = await Sshd.start({ names: count });
  try {
    const names = Array.from({ length: count }, (_, index) => hostName(index));
    const audits = Array.from({ length: runs }, () => measure(auditArgv(sshd, names), [0, 1]));
    const single = measure(auditArgv(sshd, names.slice(0, 1)), [0, 1]);
    const bare = measure(['ssh', '-F', sshd.sshConfig, hostName(0), '/usr/sbin/sysctl -a >/dev/null 2>&1; true'], [0]);
    const own = spreadOf(audits.map(({ wallMs }) => wallMs)).median;
    report('freehold audit, preset baseline', { count, wallMs: own, runs: audits });
    print(`one machine: ${seconds(single.wallMs)}; one bare ssh that dumps all sysctls: ${seconds(bare.wallMs)}`);
    compare(own, benchAnsible(sshd, names), count);
  } finally {
    sshd.close();
  }
}

function auditArgv(sshd: Sshd, names: readonly string[]): readonly [string, ...string[]] {
  const program = join(ROOT, 'dist', 'freehold.js');
  const hosts = names.map((name) => `ssh://${name}`);
  const results = join(sshd.folder, `results-${String(performance.now())}`);
  const places = names.length > 1 ? ['--results', results] : [];
  return [
    process.execPath,
    program,
    'audit',
    ...hosts,
    '--ssh-config',
    sshd.sshConfig,
    '--blueprint',
    'baseline',
    '--quiet',
    ...places,
  ];
}

function benchAnsible(sshd: Sshd, names: readonly string[]): Run | undefined {
  if (spawnSync('ansible-playbook', ['--version'], { stdio: 'ignore' }).status !== 0) {
    print('SKIPPED: the comparison with ansible-playbook, which is not installed (Debian package ansible-core).');
    return undefined;
  }
  const inventory = join(sshd.folder, 'hosts.ini');
  const playbook = join(sshd.folder, 'playbook.json');
  writeFileSync(inventory, names.map((name) => `${name}\n`).join(''));
  const task = {
    'ansible.builtin.command': { argv: ['/usr/sbin/sysctl', '-n', '{{ item }}'] },
    loop: SYSCTLS,
    changed_when: false,
  };
  // A playbook may be JSON: YAML is a superset of it.
  writeFileSync(playbook, JSON.stringify([{ hosts: 'all', gather_facts: true, tasks: [task] }]));
  print(`Running ansible-playbook on ${String(names.length)} machines once; it takes some minutes …`);
  return measure(
    [
      'ansible-playbook',
      '--inventory',
      inventory,
      '--forks',
      '20',
      '--ssh-common-args',
      `-F ${sshd.sshConfig}`,
      playbook,
    ],
    [0],
  );
}

function compare(own: number, ansible: Run | undefined, count: number): void {
  if (ansible === undefined) return;
  report('ansible-playbook, facts and ten sysctls', { count, wallMs: ansible.wallMs, runs: [ansible] });
  const ratio = ansible.wallMs / own;
  const isMet = ratio >= TIMES_ANSIBLE;
  print(
    `${isMet ? 'met   ' : 'MISSED'}  at least ${String(TIMES_ANSIBLE)} × the machines per minute: ${ratio.toFixed(0)} ×`,
  );
  if (values.check && !isMet) process.exitCode = 1;
}

interface Figures {
  readonly count: number;
  readonly wallMs: number;
  readonly runs: readonly Run[];
}

function report(label: string, { count, wallMs, runs }: Figures): void {
  const perMinute = (count / wallMs) * MS_PER_MINUTE;
  const spread = spreadOf(runs.map((run) => run.wallMs));
  const range =
    runs.length > 1 ? ` (${seconds(spread.least)} – ${seconds(spread.most)}, ${String(runs.length)} runs)` : '';
  print(`${label}: ${String(count)} machines in ${seconds(wallMs)}${range}: ${perMinute.toFixed(0)} a minute`);
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(2)} s`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
