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
 * same run. As many bare ssh that dump all sysctls show what the connections themselves cost, and so how far it can go.
 *
 * With OpenSSH 9's own key exchange, sntrup761x25519, and with X25519 as before it: making a key for the first costs a
 * client more than everything else here, and Ansible goes through fewer key exchanges than it has tasks.
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
const KEY_EXCHANGES: readonly (readonly [string, readonly string[]])[] = [
  ['the key exchange that OpenSSH prefers', []],
  ['X25519', ['KexAlgorithms curve25519-sha256']],
];

const missing = whyNoSshd();
if (missing === false) {
  await build(join(ROOT, 'dist'));
  for (const [title, config] of KEY_EXCHANGES) {
    print(`\nWith ${title}:`);
    await bench({ config, count: Number(values.hosts), runs: Number(values.runs) });
  }
} else print(`SKIPPED: ${missing}`);

interface BenchOptions {
  readonly config: readonly string[];
  readonly count: number;
  readonly runs: number;
}

async function bench({ config, count, runs }: BenchOptions): Promise<void> {
  const sshd = await Sshd.start({ names: count, config });
  try {
    const names = Array.from({ length: count }, (_, index) => hostName(index));
    const audits = Array.from({ length: runs }, () => measure(auditArgv(sshd, names), [0, 1]));
    const bare = Array.from({ length: runs }, () => measure(bareArgv(sshd, names), [0]));
    const single = measure(auditArgv(sshd, names.slice(0, 1)), [0, 1]);
    const bareSingle = measure(bareArgv(sshd, names.slice(0, 1)), [0]);
    const own = report('freehold audit, preset baseline', count, audits);
    report('bare ssh that dump all sysctls', count, bare);
    print(`one machine: ${seconds(single.wallMs)}; one bare ssh: ${seconds(bareSingle.wallMs)}`);
    compare(own, benchAnsible(sshd, names), count);
  } finally {
    sshd.close();
  }
}

/** As many at once as Freehold has. */
function bareArgv(sshd: Sshd, names: readonly string[]): readonly [string, ...string[]] {
  const script = 'printf "%s\\n" "$@" | xargs -P 16 -I % ssh -n -F "$0" % "/usr/sbin/sysctl -a >/dev/null 2>&1; true"';
  return ['sh', '-c', script, sshd.sshConfig, ...names];
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
  const ratio = report('ansible-playbook, facts and ten sysctls', count, [ansible]) / own;
  const isMet = ratio >= TIMES_ANSIBLE;
  print(
    `${isMet ? 'met   ' : 'MISSED'}  at least ${String(TIMES_ANSIBLE)} × the machines per minute: ${ratio.toFixed(0)} ×`,
  );
  if (values.check && !isMet) process.exitCode = 1;
}

/** Prints the runs of one program, and returns their median in milliseconds. */
function report(label: string, count: number, runs: readonly Run[]): number {
  const { median, least, most } = spreadOf(runs.map((run) => run.wallMs));
  const range = runs.length > 1 ? ` (${seconds(least)} – ${seconds(most)}, ${String(runs.length)} runs)` : '';
  const perMinute = ((count / median) * MS_PER_MINUTE).toFixed(0);
  const cpus = runs.flatMap(({ cpuMs }) => (cpuMs === null ? [] : [cpuMs]));
  const cpu = cpus.length === 0 ? '' : `; ${(spreadOf(cpus).median / count).toFixed(0)} ms of CPU each at this end`;
  print(`${label}: ${String(count)} machines in ${seconds(median)}${range}: ${perMinute} a minute${cpu}`);
  return median;
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(2)} s`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
