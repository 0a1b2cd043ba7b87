import type { AuditedFinding, AuditReport } from '../../core/audit.ts';
import type { FleetReport, HostResult } from '../../core/fleet.ts';
import { compareSeverity, type Severity } from '../../core/severity.ts';

export type AuditedHost = Extract<HostResult, { kind: 'audited' }>;
export type FailedHost = Extract<HostResult, { kind: 'failed' }>;

/** What a fleet looks like from above: the same numbers for every way to show them. */
export interface FleetSummary {
  readonly hosts: readonly HostResult[];
  /** Worst first: by the gravest failing finding, then how many fail, then what is unknown. */
  readonly audited: readonly AuditedHost[];
  readonly failed: readonly FailedHost[];
  /** How many machines have this as their gravest failing finding; `none` fails nothing, `unknown` fails nothing known. */
  readonly worst: Readonly<Record<Severity | 'unknown' | 'none', number>>;
  /** Every finding of the fleet; most machines failing first. */
  readonly findings: readonly FleetFinding[];
  readonly groups: readonly GroupSummary[];
}

/** One finding over all machines that were asked for it. */
export interface FleetFinding {
  readonly id: string;
  readonly domain: string;
  readonly title: string;
  /** The gravest that any machine gives it. */
  readonly severity: Severity;
  readonly why: string;
  readonly failing: readonly HostFinding[];
  readonly unknown: readonly HostFinding[];
  /** Machines whose blueprint asks for it. */
  readonly askedCount: number;
}

export interface HostFinding {
  readonly host: AuditedHost;
  readonly finding: AuditedFinding;
}

export interface GroupSummary {
  readonly name: string;
  readonly hostCount: number;
  /** Machines with a failing finding. */
  readonly failingCount: number;
  readonly unreachedCount: number;
}

/** Puts a fleet's numbers together. */
export function summarize(report: FleetReport): FleetSummary {
  const audited = report.hosts.filter((host) => host.kind === 'audited').toSorted(worstFirst);
  const failed = report.hosts.filter((host) => host.kind === 'failed');
  const worst = { none: 0, unknown: 0, info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const host of audited) worst[worstOf(host.report)] += 1;
  return { hosts: report.hosts, audited, failed, worst, findings: findingsOf(audited), groups: groupsOf(report.hosts) };
}

/** The gravest failing finding of one machine. */
export function worstOf({ summary }: AuditReport): Severity | 'unknown' | 'none' {
  const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
  const gravest = severities.find((severity) => summary.failing[severity] > 0);
  return gravest ?? (summary.outcomes.unknown > 0 ? 'unknown' : 'none');
}

/** Looks at every severity in turn, so that one more critical finding weighs more than any number of low ones. */
function worstFirst({ name: nameA, report: a }: AuditedHost, { name: nameB, report: b }: AuditedHost): number {
  for (const severity of ['critical', 'high', 'medium', 'low', 'info'] as const) {
    const difference = b.summary.failing[severity] - a.summary.failing[severity];
    if (difference !== 0) return difference;
  }
  return b.summary.outcomes.unknown - a.summary.outcomes.unknown || (nameA < nameB ? -1 : 1);
}

interface MutableFinding {
  readonly first: AuditedFinding;
  severity: Severity;
  readonly failing: HostFinding[];
  readonly unknown: HostFinding[];
  askedCount: number;
}

function findingsOf(hosts: readonly AuditedHost[]): readonly FleetFinding[] {
  const known = new Map<string, MutableFinding>();
  for (const host of hosts) {
    for (const finding of host.report.findings) {
      const { id, severity, outcome } = finding;
      const entry = known.get(id) ?? { first: finding, severity, failing: [], unknown: [], askedCount: 0 };
      known.set(id, entry);
      entry.askedCount += 1;
      if (compareSeverity(severity, entry.severity) > 0) entry.severity = severity;
      if (outcome === 'fail') entry.failing.push({ host, finding });
      if (outcome === 'unknown') entry.unknown.push({ host, finding });
    }
  }
  const findings = [...known.values()].map(({ first, ...rest }) => ({
    id: first.id,
    domain: first.domain,
    title: first.title,
    why: first.why,
    ...rest,
  }));
  return findings.sort(
    (a, b) =>
      b.failing.length - a.failing.length ||
      compareSeverity(b.severity, a.severity) ||
      b.unknown.length - a.unknown.length ||
      (a.id < b.id ? -1 : 1),
  );
}

function groupsOf(hosts: readonly HostResult[]): readonly GroupSummary[] {
  const names = [...new Set(hosts.flatMap(({ groups }) => groups))].sort();
  return names.map((name) => {
    const members = hosts.filter(({ groups }) => groups.includes(name));
    return {
      name,
      hostCount: members.length,
      failingCount: members.filter((host) => host.kind === 'audited' && host.report.summary.outcomes.fail > 0).length,
      unreachedCount: members.filter(({ kind }) => kind === 'failed').length,
    };
  });
}
