import type { Plan } from '../../src/core/plan.ts';

const FILE = '/etc/sysctl.d/zz-freehold.conf';
const BEFORE = `# Written by Freehold.
# Do not edit by hand.
fs.suid_dumpable = 0
kernel.dmesg_restrict = 1
net.ipv4.ip_forward = 1
net.ipv4.tcp_syncookies = 1
`;

/** A plan with every kind of change. */
export const kernelPlan: Plan = {
  format: 'freehold.plan/1',
  host: 'files01',
  blueprint: 'freehold.yaml',
  steps: [
    {
      change: {
        kind: 'file',
        path: FILE,
        content: BEFORE.replace('ip_forward = 1', 'ip_forward = 0').replace('fs.suid', 'kernel.sysrq = 0\nfs.suid'),
        created: { mode: 0o644, owner: 'root', group: 'root' },
      },
      findings: ['kernel/sysctl/kernel.sysrq', 'kernel/sysctl/net.ipv4.ip_forward'],
      before: BEFORE,
    },
    {
      change: {
        kind: 'file',
        path: '/etc/modprobe.d/99-freehold.conf',
        content: '# Written by Freehold.\ninstall dccp /bin/false\n',
        created: { mode: 0o644, owner: 'root', group: 'root' },
      },
      findings: ['modules/blocked/dccp'],
      before: null,
    },
    {
      change: {
        kind: 'file',
        path: '/etc/sysctl.d/10-legacy.conf',
        content: null,
        created: { mode: 0o644, owner: 'root', group: 'root' },
      },
      findings: ['kernel/sysctl/kernel.sysrq'],
      before: 'kernel.sysrq = 1\n',
    },
    {
      change: {
        kind: 'sysctl',
        key: 'net.ipv4.ip_forward',
        path: '/proc/sys/net/ipv4/ip_forward',
        value: '0',
        alsoChanges: ['/proc/sys/net/ipv4/conf/*/forwarding'],
      },
      findings: ['kernel/sysctl/net.ipv4.ip_forward'],
      before: '1',
    },
    {
      change: {
        kind: 'sysctl',
        key: 'kernel.unprivileged_bpf_disabled',
        path: '/proc/sys/kernel/unprivileged_bpf_disabled',
        value: '1',
        alsoChanges: [],
        irreversible: 'the kernel keeps the value 1 until it reboots',
      },
      findings: ['kernel/sysctl/kernel.unprivileged_bpf_disabled'],
      before: '0',
    },
    {
      change: { kind: 'unit', name: 'rpcbind.socket', action: 'mask' },
      findings: ['services/rpcbind'],
      before: null,
    },
    {
      change: { kind: 'package', name: 'telnetd', action: 'remove' },
      findings: ['packages/telnetd'],
      before: null,
    },
    {
      change: {
        kind: 'command',
        title: 'rebuild the boot menu',
        run: ['grub-mkconfig', '-o', '/boot/grub/grub.cfg'],
        undo: null,
        touches: ['/boot/grub/grub.cfg'],
      },
      findings: ['boot/require/slab_nomerge'],
      before: null,
    },
  ],
  leftOut: [
    {
      finding: 'kernel/sysctl/kernel.kptr_restrict',
      reason: 'only a person can: /etc/sysctl.d/zz-vendor-tuning.conf sorts after our file and overrides it',
    },
  ],
};
