import type { FleetReport, HostResult } from '../../src/core/fleet.ts';
import { finding, kernelReport, reportOf } from './fixture.ts';

/** A fleet in which every third host is as the kernel fixture, every seventh was not reached and the rest is clean. */
export function fleetOf(count: number): FleetReport {
  return {
    format: 'freehold.fleet/1',
    tool: { name: 'freehold', version: '0.1.0' },
    startedAt: '2026-11-23T21:40:12Z',
    durationMs: 5200,
    hosts: Array.from({ length: count }, (_, index) => hostAt(index)),
  };
}

function hostAt(index: number): HostResult {
  const name = `host${String(index).padStart(4, '0')}`;
  const identity = { name, address: `ssh://admin@${name}.example.org`, groups: [index % 2 === 0 ? 'files' : 'web'] };
  if (index % 7 === 3) {
    const hint = 'Check that sshd runs there.';
    const problem = { code: 'host/unreachable', level: 'error', message: `${name}: no answer.`, hint } as const;
    return { ...identity, kind: 'failed', attempts: 3, problems: [problem] };
  }
  const report = index % 3 === 0 ? kernelReport : reportOf([finding({ id: 'kernel/sysctl/net.ipv4.ip_forward' })]);
  return { ...identity, kind: 'audited', attempts: 1, report };
}
