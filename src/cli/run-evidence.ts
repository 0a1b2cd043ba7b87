import type { AuditReport } from '../core/audit.ts';
import type { ChangeOutcome, HostResult } from '../core/fleet.ts';
import type { PackageReport } from '../core/package-report.ts';
import type { Plan } from '../core/plan.ts';
import type { ChangeResult } from '../engine/change-host.ts';
import type { RunEvidence } from '../evidence/index.ts';
import type { Facts } from '../host/host.ts';
import { freeholdVersion } from './version.ts';

/** What is kept of each kind of run: without the contents of files, which may hold anything. */

/** One machine that was held against a blueprint. */
export function auditEvidence(command: string, report: AuditReport): RunEvidence {
  const { startedAt, host, blueprint, summary } = report;
  return { ...base('audit', command), startedAt, machine: host, blueprint, outcome: 'audited', summary, report };
}

/** One of many. */
export function hostEvidence(result: HostResult, startedAt: Date): RunEvidence {
  if (result.kind === 'audited') return auditEvidence('audit', result.report);
  const { address, name, problems } = result;
  const report = { format: 'freehold.failure/1', name, address, problems };
  const machine = { address };
  return { ...base('audit', 'audit'), startedAt: startedAt.toISOString(), machine, outcome: 'failed', report };
}

export interface PackagesToRecord {
  readonly machine: Facts;
  readonly blueprint: AuditReport['blueprint'];
  readonly startedAt: Date;
}

/** Packages as `deps audit --format pip-audit` tells of them. */
export function packagesEvidence(
  packages: readonly PackageReport[],
  { machine, blueprint, startedAt }: PackagesToRecord,
): RunEvidence {
  const { name, path, digest } = blueprint;
  return {
    ...base('audit', 'deps audit'),
    startedAt: startedAt.toISOString(),
    machine,
    blueprint: { name, path, extends: blueprint.extends, digest },
    outcome: 'audited',
    report: { format: 'freehold.packages/1', packages },
  };
}

/** What became of a plan; `broken` where the connection, or a program, failed us on the way. */
export type ChangeEnd =
  ChangeResult | { readonly kind: 'unchanged' } | { readonly kind: 'broken'; readonly reason: string };

export interface ChangeToRecord {
  readonly command: string;
  readonly before: AuditReport;
  readonly plan: Plan;
  readonly end: ChangeEnd;
  readonly startedAt: Date;
}

/** One machine that was to be changed. */
export function changeEvidence({ command, before, plan, end, startedAt }: ChangeToRecord): RunEvidence {
  const after = end.kind === 'changed' ? end.after : undefined;
  const report = {
    format: 'freehold.change/1',
    plan: describePlan(plan),
    end: describeEnd(end),
    before,
    ...(after !== undefined && { after }),
  };
  return {
    ...base('apply', command),
    startedAt: startedAt.toISOString(),
    machine: before.host,
    blueprint: before.blueprint,
    outcome: end.kind,
    summary: (after ?? before).summary,
    report,
  };
}

/** One of many that didn't come as far as a plan this time. */
export function unchangedEvidence(address: string, outcome: ChangeOutcome, startedAt: Date): RunEvidence {
  const report = { format: 'freehold.failure/1', address, outcome };
  const machine = { address };
  return { ...base('apply', 'apply'), startedAt: startedAt.toISOString(), machine, outcome: outcome.kind, report };
}

export interface UndoToRecord {
  readonly command: 'rollback' | 'resume';
  readonly name: string;
  readonly machine: Facts;
  readonly result: { readonly kind: string };
  readonly startedAt: Date;
}

/** A run that was taken back, or finished. */
export function undoEvidence({ command, name, machine, result, startedAt }: UndoToRecord): RunEvidence {
  const report = { format: `freehold.${command}/1`, asked: name, result };
  const kind = command === 'rollback' ? 'rollback' : 'apply';
  return { ...base(kind, command), startedAt: startedAt.toISOString(), machine, outcome: result.kind, report };
}

function base(kind: RunEvidence['kind'], command: string): Pick<RunEvidence, 'kind' | 'command' | 'version'> {
  return { kind, command, version: freeholdVersion() };
}

function describePlan({ steps, leftOut }: Plan): unknown {
  return {
    leftOut,
    steps: steps.map(({ change, findings }) => ({ findings, change: describeChange(change) })),
  };
}

/** What is changed, not to what: the content of a file can hold a password. */
function describeChange(change: Plan['steps'][number]['change']): unknown {
  switch (change.kind) {
    case 'file':
      return { kind: change.kind, path: change.path, isRemoved: change.content === null };
    case 'sysctl':
      return { kind: change.kind, key: change.key, value: change.value };
    case 'unit':
      return { kind: change.kind, name: change.name, action: change.action };
    case 'package':
      return { kind: change.kind, name: change.name, action: change.action, version: change.version };
    case 'command':
      return { kind: change.kind, title: change.title };
  }
}

function describeEnd(end: ChangeEnd): unknown {
  switch (end.kind) {
    case 'changed':
      return { kind: end.kind, runId: end.runId, standing: end.standing, verification: end.verification };
    case 'not-confirmed':
      return { kind: end.kind, runId: end.runId, result: end.result };
    case 'not-applied':
    case 'unchanged':
    case 'broken':
      return end;
  }
}
