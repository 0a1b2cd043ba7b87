import type { AuditedFinding, AuditReport, Tally } from '../../src/core/audit.ts';
import type { Change } from '../../src/core/change.ts';
import type { Reference } from '../../src/core/finding.ts';
import type { Severity } from '../../src/core/severity.ts';

const CIS = { source: 'CIS Debian Linux 12 Benchmark', version: 'v1.1.0' };
const KSPP: Reference = {
  source: 'KSPP recommended settings',
  item: 'sysctls',
  url: 'https://kspp.github.io/Recommended_Settings#sysctls',
};
const FILE = '/etc/sysctl.d/zz-freehold.conf';

/** A finding that passes, with the fields that a test cares about in their place. */
export function finding(fields: Partial<AuditedFinding> & { readonly id: string }): AuditedFinding {
  return {
    domain: fields.id.split('/')[0] ?? 'kernel',
    outcome: 'pass',
    severity: 'medium',
    title: `Title of ${fields.id}`,
    summary: 'is 1 now and at the next boot, as wanted',
    why: 'It lowers what an attacker can reach.',
    expected: '1',
    observed: { now: '1', nextBoot: '1', nextBootSource: '/usr/lib/sysctl.d/50-default.conf:3' },
    references: [],
    ...fields,
  };
}

/** A report of these findings, counted as the engine counts. */
export function reportOf(findings: readonly AuditedFinding[], fields: Partial<AuditReport> = {}): AuditReport {
  const ids = [...new Set(findings.map((each) => each.domain))].toSorted();
  const titles = new Map([
    ['boot', 'Boot command line'],
    ['kernel', 'Linux kernel'],
    ['modules', 'Kernel modules'],
    ['ssh', 'OpenSSH server'],
  ]);
  return {
    format: 'freehold.audit/1',
    tool: { name: 'freehold', version: '0.1.0' },
    startedAt: '2026-11-23T21:40:12Z',
    durationMs: 143,
    host: {
      address: 'local',
      hostname: 'files01',
      os: 'debian',
      osVersion: '12',
      osName: 'Debian GNU/Linux 12 (bookworm)',
      kernelRelease: '6.1.0-28-amd64',
      architecture: 'x86_64',
      isRoot: false,
      container: null,
      isRunning: true,
    },
    blueprint: {
      name: 'freehold.yaml',
      path: '/srv/blueprints/freehold.yaml',
      extends: ['baseline', 'server'],
      digest: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
    domains: ids.map((id) => ({
      id,
      title: titles.get(id) ?? id,
      tally: tallyOf(findings.filter((each) => each.domain === id)),
      ...(id === 'ssh'
        ? { error: 'sshd -T ended with code 255: /etc/ssh/sshd_config line 14: Bad configuration' }
        : {}),
    })),
    findings: findings.toSorted((a, b) => (`${a.domain} ${a.id}` < `${b.domain} ${b.id}` ? -1 : 1)),
    summary: tallyOf(findings),
    ...fields,
  };
}

function tallyOf(findings: readonly AuditedFinding[]): Tally {
  const outcomes = { pass: 0, fail: 0, unknown: 0, 'not-applicable': 0, waived: 0 };
  const failing: Record<Severity, number> = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const each of findings) {
    outcomes[each.outcome] += 1;
    if (each.outcome === 'fail') failing[each.severity] += 1;
  }
  return { outcomes, failing };
}

function setSysctl(key: string, value: string, remove: readonly string[] = []): readonly Change[] {
  return [
    {
      kind: 'lines',
      path: FILE,
      remove,
      add: [`${key} = ${value}`],
      header: ['# Written by Freehold.'],
      created: { mode: 0o644, owner: 'root', group: 'root' },
    },
    { kind: 'sysctl', key, path: `/proc/sys/${key.replaceAll('.', '/')}`, value, alsoChanges: [] },
  ];
}

const PASSING = [
  ['fs.protected_symlinks', 'Symbolic link protection', '1'],
  ['fs.suid_dumpable', 'Core dumps of setuid programs', '0'],
  ['kernel.perf_event_paranoid', 'Performance events for unprivileged users', '3'],
  ['net.ipv4.conf.all.accept_source_route', 'Source routing, all IPv4 interfaces', '0'],
  ['net.ipv4.icmp_echo_ignore_broadcasts', 'Answers to broadcast pings', '1'],
  ['net.ipv4.icmp_ignore_bogus_error_responses', 'Bogus ICMP error responses', '1'],
  ['net.ipv4.tcp_syncookies', 'TCP SYN cookies', '1'],
  ['net.ipv4.tcp_timestamps', 'TCP timestamps', '1'],
  ['net.ipv6.conf.all.accept_source_route', 'Source routing, all IPv6 interfaces', '0'],
] as const;

/** What an ordinary Debian server looks like on its first audit, seen without root rights. */
export const kernelReport: AuditReport = reportOf([
  finding({
    id: 'kernel/sysctl/net.ipv4.ip_forward',
    outcome: 'fail',
    severity: 'medium',
    title: 'IPv4 forwarding (net.ipv4.ip_forward)',
    summary: 'is 1 now and at the next boot; wanted 0',
    why: 'A machine that is not a router should not pass packets between networks: it could be used to get around a firewall.',
    mayBreak: 'Containers, virtual machines and VPN gateways on this machine lose their network.',
    expected: '0',
    observed: { now: '1', nextBoot: '1', nextBootSource: '/etc/sysctl.d/99-sysctl.conf:12' },
    where: { path: '/etc/sysctl.d/99-sysctl.conf', line: 12 },
    references: [
      { ...CIS, item: '3.3.1' },
      { source: 'ANSSI-BP-028', version: '2.0', item: 'R12', url: 'https://cyber.gouv.fr/publications/linux' },
    ],
    remedy: { kind: 'changes', changes: setSysctl('net.ipv4.ip_forward', '0', ['net.ipv4.ip_forward = 1']) },
  }),
  finding({
    id: 'kernel/sysctl/kernel.unprivileged_bpf_disabled',
    outcome: 'fail',
    severity: 'critical',
    title: 'eBPF for unprivileged users (kernel.unprivileged_bpf_disabled)',
    summary: 'is 0 now, and nothing sets it at the next boot; wanted 1 or stronger',
    why: 'Programs loaded by any user run in the kernel. Faults of the verifier have given root rights again and again.',
    mayBreak: 'Tracing tools that run without root rights.',
    expected: '1',
    observed: { now: '0', nextBoot: null, nextBootSource: null },
    references: [KSPP, { source: 'ANSSI-BP-028', version: '2.0', item: 'R9' }],
    remedy: {
      kind: 'changes',
      changes: setSysctl('kernel.unprivileged_bpf_disabled', '1').map((change) =>
        change.kind === 'sysctl'
          ? { ...change, irreversible: 'the kernel keeps the value 1 until it reboots' }
          : change,
      ),
    },
  }),
  finding({
    id: 'kernel/sysctl/kernel.kptr_restrict',
    outcome: 'fail',
    severity: 'high',
    title: 'Kernel addresses in /proc (kernel.kptr_restrict)',
    summary: 'is 2 now, but the next boot sets 0; wanted 2',
    why: 'Addresses of kernel objects make exploits reliable.',
    expected: '2',
    observed: { now: '2', nextBoot: '0', nextBootSource: '/etc/sysctl.d/zz-vendor-tuning.conf:4' },
    where: { path: '/etc/sysctl.d/zz-vendor-tuning.conf', line: 4 },
    references: [KSPP, { ...CIS, item: '1.5.1' }],
    remedy: {
      kind: 'manual',
      instruction:
        '/etc/sysctl.d/zz-vendor-tuning.conf sorts after zz-freehold.conf and overrides it: remove its line 4, or name a file that sorts later in the blueprint (kernel.file).',
    },
  }),
  finding({
    id: 'kernel/sysctl/net.ipv4.conf.all.rp_filter',
    outcome: 'fail',
    severity: 'high',
    title: 'Reverse path filter, all IPv4 interfaces (net.ipv4.conf.all.rp_filter)',
    summary: 'is effectively 0 on eth0 and eth0.100; wanted 1',
    why: 'Drops packets whose source address could not have come in that way.',
    mayBreak: 'Asymmetric routing.',
    expected: '1',
    observed: {
      now: '0',
      nextBoot: '2',
      nextBootSource: '/usr/lib/sysctl.d/50-default.conf:21',
      interfaces: { eth0: '0', 'eth0.100': '0', lo: '0' },
    },
    where: { path: '/usr/lib/sysctl.d/50-default.conf', line: 21 },
    references: [{ ...CIS, item: '3.3.7' }],
    remedy: { kind: 'changes', changes: setSysctl('net.ipv4.conf.all.rp_filter', '1') },
  }),
  finding({
    id: 'kernel/sysctl/kernel.sysrq',
    outcome: 'fail',
    severity: 'low',
    title: 'Magic SysRq key (kernel.sysrq)',
    summary: 'is 438 now and at the next boot; wanted 0',
    why: 'Anyone at the keyboard or the serial console can reboot the machine or dump its memory.',
    expected: '0',
    observed: { now: '438', nextBoot: '438', nextBootSource: '/usr/lib/sysctl.d/50-default.conf:16' },
    where: { path: '/usr/lib/sysctl.d/50-default.conf', line: 16 },
    references: [{ source: 'BSI IT-Grundschutz', version: '2023', item: 'SYS.1.3.A17' }],
    remedy: { kind: 'changes', changes: setSysctl('kernel.sysrq', '0') },
  }),
  finding({
    id: 'kernel/sysctl/kernel.core_uses_pid',
    outcome: 'fail',
    severity: 'info',
    title: 'Process number in the names of core dumps (kernel.core_uses_pid)',
    summary: 'is 0 now, and nothing sets it at the next boot; wanted 1',
    why: 'A second crash does not overwrite the first one’s traces.',
    expected: '1',
    observed: { now: '0', nextBoot: null, nextBootSource: null },
    remedy: { kind: 'changes', changes: setSysctl('kernel.core_uses_pid', '1') },
  }),
  finding({
    id: 'kernel/sysctl/fs.protected_hardlinks',
    outcome: 'unknown',
    severity: 'high',
    title: 'Hard link protection (fs.protected_hardlinks)',
    summary: 'cannot be read without root rights',
    reason: '/proc/sys/fs/protected_hardlinks: permission denied. Run the audit as root to know.',
    why: 'Keeps users from linking to files they cannot write.',
    expected: '1',
    observed: { now: null, nextBoot: '1', nextBootSource: '/usr/lib/sysctl.d/99-protect-links.conf:4' },
    where: { path: '/usr/lib/sysctl.d/99-protect-links.conf', line: 4 },
    references: [KSPP],
  }),
  finding({
    id: 'kernel/sysctl/kernel.yama.ptrace_scope',
    outcome: 'not-applicable',
    severity: 'medium',
    title: 'Tracing of other processes (kernel.yama.ptrace_scope)',
    summary: 'does not exist on this kernel',
    reason: 'The kernel is built without CONFIG_SECURITY_YAMA (/boot/config-6.1.0-28-amd64:9873).',
    why: 'A broken-into process should not read the memory of its neighbours.',
    expected: '1',
    observed: { now: null, nextBoot: null, nextBootSource: null },
  }),
  finding({
    id: 'kernel/sysctl/kernel.unprivileged_userns_clone',
    outcome: 'waived',
    severity: 'high',
    title: 'User namespaces for unprivileged users (kernel.unprivileged_userns_clone)',
    summary: 'is 1 now and at the next boot; wanted 0',
    why: 'User namespaces open much of the kernel to every user.',
    mayBreak: 'Rootless containers and the sandboxes of browsers.',
    expected: '0',
    observed: { now: '1', nextBoot: '1', nextBootSource: 'command line' },
    waiver: {
      finding: 'kernel/sysctl/kernel.unprivileged_userns_clone',
      reason: 'Rootless Podman runs the build jobs; reviewed in CHG-4711.',
      owner: 'Platform team',
      expires: '2027-03-31',
      where: { path: '/srv/blueprints/freehold.yaml', line: 41 },
    },
  }),
  finding({
    id: 'boot/require/slab_nomerge',
    outcome: 'fail',
    severity: 'medium',
    title: 'Separate slab caches (slab_nomerge)',
    summary: 'is missing now and at the next boot',
    why: 'Merged caches let an overflow in one kind of object reach another.',
    expected: 'present',
    observed: { now: 'root=/dev/vda1 ro quiet', nextBoot: 'root=/dev/vda1 ro quiet' },
    where: { path: '/etc/default/grub', line: 10 },
    references: [KSPP],
    remedy: {
      kind: 'changes',
      changes: [
        {
          kind: 'file',
          path: '/etc/default/grub.d/99-freehold.cfg',
          content: '# Written by Freehold.\nGRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX slab_nomerge"\n',
          created: { mode: 0o644, owner: 'root', group: 'root' },
        },
        {
          kind: 'command',
          title: 'rebuild the boot menu (update-grub)',
          run: ['update-grub'],
          undo: null,
          touches: ['/boot/grub/grub.cfg'],
        },
      ],
    },
  }),
  finding({ id: 'modules/blocked/cramfs', title: 'Module cramfs', expected: 'blocked', observed: 'blocked' }),
  finding({ id: 'modules/blocked/dccp', title: 'Module dccp', expected: 'blocked', observed: 'blocked' }),
  finding({
    id: 'ssh',
    outcome: 'unknown',
    severity: 'high',
    title: 'OpenSSH server',
    summary: 'could not be audited',
    reason: 'sshd -T ended with code 255: /etc/ssh/sshd_config line 14: Bad configuration',
    why: 'A domain that breaks says nothing about the machine.',
    expected: null,
    observed: null,
  }),
  ...PASSING.map(([key, title, value]) =>
    finding({
      id: `kernel/sysctl/${key}`,
      title: `${title} (${key})`,
      summary: `is ${value} now and at the next boot, as wanted`,
      expected: value,
      observed: { now: value, nextBoot: value, nextBootSource: '/etc/sysctl.d/60-site.conf:7' },
      where: { path: '/etc/sysctl.d/60-site.conf', line: 7 },
    }),
  ),
]);
