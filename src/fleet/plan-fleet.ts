import type { AnyControl } from '../core/control.ts';
import type { HostPlan } from '../core/fleet.ts';
import type { Plan } from '../core/plan.ts';
import type { Surroundings } from '../core/surroundings.ts';
import { requireChangeable, withoutIrreversible } from '../engine/apply.ts';
import { audit } from '../engine/audit.ts';
import { makePlan } from '../engine/plan.ts';
import { parseAddress } from '../host/address.ts';
import type { Host } from '../host/host.ts';
import { openHost } from '../host/open.ts';
import type { AuditReport } from '../core/audit.ts';
import { type PoolOptions, runPool } from './pool.ts';
import { problemsOf } from './problems.ts';
import { identityOf, type FleetTarget } from './target.ts';
import { visit, type VisitOptions } from './visit.ts';

export interface PlanningOptions {
  readonly controls: readonly AnyControl[];
  readonly version: string;
  readonly now: () => Date;
  /** As of {@link Surroundings}. */
  readonly advisories?: Surroundings['advisories'];
  /** Whether what only a reboot takes back is left out. */
  readonly isReversibleOnly: boolean;
  /** Whether the machines are about to be changed, for which root is needed there. */
  readonly isToBeApplied: boolean;
}

export interface FleetPlanOptions extends PlanningOptions, PoolOptions, VisitOptions {
  readonly onBegin?: (target: FleetTarget) => void;
  readonly onResult?: (result: HostPlan) => void;
}

/** Makes a plan for every machine, many at the same time, in their order. */
export async function planFleet(
  targets: readonly FleetTarget[],
  options: FleetPlanOptions,
): Promise<readonly HostPlan[]> {
  const plans = new Map<string, HostPlan>();
  await runPool(targets, options, async (target) => {
    options.onBegin?.(target);
    const result = await planTarget(target, options);
    plans.set(target.name, result);
    options.onResult?.(result);
  });
  return targets.map((target) => plans.get(target.name) ?? { ...identityOf(target), kind: 'failed', problems: [] });
}

async function planTarget(target: FleetTarget, options: FleetPlanOptions): Promise<HostPlan> {
  const identity = identityOf(target);
  if (target.problems.length > 0) return { ...identity, kind: 'failed', problems: target.problems };
  const open = (): Promise<Host> => openHost(parseAddress(target.address), target.options);
  const visited = await visit(open, (host) => planHost(host, target, options), options);
  if (visited.kind === 'done') return { ...identity, kind: 'planned', plan: visited.value.plan };
  return { ...identity, kind: 'failed', problems: problemsOf(target.address, visited.error) };
}

/** Looks at one machine and plans what the audit asks for. */
export async function planHost(
  host: Host,
  { blueprint }: FleetTarget,
  { controls, version, now, advisories, isReversibleOnly, isToBeApplied }: PlanningOptions,
): Promise<{ readonly before: AuditReport; readonly plan: Plan }> {
  if (isToBeApplied) requireChangeable(host, 'apply', { needsRoot: true });
  const before = await audit({ host, blueprint, controls, version, startedAt: now(), advisories });
  const whole = await makePlan(before, host);
  return { before, plan: isReversibleOnly ? withoutIrreversible(whole) : whole };
}
