import { isDeepStrictEqual } from 'node:util';
import type { AuditReport } from '../core/audit.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { ChangeOutcome, HostChange } from '../core/fleet.ts';
import type { Plan } from '../core/plan.ts';
import { audit } from '../engine/audit.ts';
import { changeHost, type ChangeResult } from '../engine/change-host.ts';
import { hasFailed } from '../engine/verify.ts';
import { parseAddress } from '../host/address.ts';
import type { Host } from '../host/host.ts';
import { openHost } from '../host/open.ts';
import { planHost, type PlanningOptions } from './plan-fleet.ts';
import { runPool } from './pool.ts';
import { problemsOf } from './problems.ts';
import { type FleetTarget, identityOf } from './target.ts';
import { visit } from './visit.ts';

/** A machine and the plan that was shown for it. */
export interface PlannedTarget {
  readonly target: FleetTarget;
  readonly plan: Plan;
}

export interface FleetApplyOptions extends PlanningOptions {
  readonly concurrency: number;
  /** Nothing new is begun once aborted; a transaction that has begun comes to its end. */
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** Whether the others are still changed when one has failed. */
  readonly doesGoOn: boolean;
  /** How long this machine waits to be confirmed; `null` for not at all. */
  readonly confirmSeconds: (target: FleetTarget) => number | null;
  /** Opens a new connection that shows whether it can still be reached; `undefined` where none can tell. */
  readonly reopen: (target: FleetTarget) => (() => Promise<Host>) | undefined;
  /** Says what it means that a machine was not changed. */
  readonly explain: (result: Exclude<ChangeResult, { kind: 'changed' }>, target: FleetTarget) => Diagnostic;
  readonly onBegin?: (target: FleetTarget) => void;
  /** Called with each machine's result as it comes; `attempt` where a transaction was begun there. */
  readonly onResult?: (result: HostChange, attempt?: ChangeAttempt) => void | Promise<void>;
}

/** What is known of a transaction beside its outcome. */
export interface ChangeAttempt {
  readonly before: AuditReport;
  readonly plan: Plan;
  readonly result: ChangeResult;
  readonly startedAt: Date;
}

/** Two hours: a transaction has its own limit of one, and comes back after that. */
const HOST_LIMIT_MS = 2 * 60 * 60 * 1000;

/**
 * Changes many machines, wave after wave. What failed in a wave is known before the next one begins, and then nothing
 * more is begun, in this wave neither.
 */
export async function applyFleet(
  waves: readonly (readonly PlannedTarget[])[],
  options: FleetApplyOptions,
): Promise<readonly HostChange[]> {
  const results = new Map<string, HostChange>();
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  for (const wave of waves) {
    await runPool(wave, { concurrency: options.concurrency, signal }, async (planned) => {
      options.onBegin?.(planned.target);
      const { result, attempt } = await changeTarget(planned, options);
      results.set(planned.target.name, result);
      if (result.kind === 'failed' && !options.doesGoOn) failure.abort();
      await options.onResult?.(result, attempt);
    });
  }
  return waves.flat().map(({ target }) => results.get(target.name) ?? { ...identityOf(target), kind: 'not-begun' });
}

interface Changed {
  readonly result: HostChange;
  readonly attempt?: ChangeAttempt;
}

async function changeTarget({ target, plan: shown }: PlannedTarget, options: FleetApplyOptions): Promise<Changed> {
  const identity = identityOf(target);
  const open = (): Promise<Host> => openHost(parseAddress(target.address), target.options);
  // What has begun to change a machine is never simply done again.
  const limits = { timeoutMs: HOST_LIMIT_MS, retries: 0, random: options.random };
  const visited = await visit(open, (host) => changeAsShown(host, { target, shown }, options), limits);
  if (visited.kind !== 'done')
    return { result: { ...identity, kind: 'failed', problems: problemsOf(target.address, visited.error) } };
  const { outcome, attempt } = visited.value;
  return { result: { ...identity, ...outcome }, ...(attempt !== undefined && { attempt }) };
}

interface Outcome {
  readonly outcome: ChangeOutcome;
  readonly attempt?: ChangeAttempt;
}

async function changeAsShown(
  host: Host,
  { target, shown }: { readonly target: FleetTarget; readonly shown: Plan },
  options: FleetApplyOptions,
): Promise<Outcome> {
  const { before, plan } = await planHost(host, target, options);
  if (!isDeepStrictEqual(plan, shown)) return { outcome: { kind: 'failed', problems: [changedSince(target)] } };
  if (plan.steps.length === 0) return { outcome: { kind: 'unchanged' } };
  const startedAt = options.now();
  const reopen = options.reopen(target);
  const { controls, version, advisories } = options;
  const result = await changeHost({
    host,
    plan,
    before,
    audit: (anyHost) =>
      audit({ host: anyHost, blueprint: target.blueprint, controls, version, startedAt: options.now(), advisories }),
    now: startedAt,
    confirmWithinSeconds: options.confirmSeconds(target),
    ...(reopen !== undefined && { reopen }),
  });
  return { outcome: outcomeOf(result, target, options), attempt: { before, plan, result, startedAt } };
}

function outcomeOf(result: ChangeResult, target: FleetTarget, options: FleetApplyOptions): ChangeOutcome {
  if (result.kind !== 'changed') return { kind: 'failed', problems: [options.explain(result, target)] };
  const { runId, verification } = result;
  if (hasFailed(verification)) return { kind: 'failed', problems: [notMended(target, runId)] };
  return { kind: 'changed', runId, verification };
}

function changedSince({ address }: FleetTarget): Diagnostic {
  const message = `${address}: the machine has changed since its plan was shown; nothing was done there.`;
  return { code: 'fleet/changed-since', level: 'error', message, hint: 'Plan and apply again.' };
}

function notMended({ address }: FleetTarget, runId: string): Diagnostic {
  const message = `${address}: the run ${runId} was applied, and a second audit does not find it mended.`;
  const hint = `freehold audit ${address} shows what is wrong; freehold rollback --host ${address} takes it back.`;
  return { code: 'fleet/not-mended', level: 'error', message, hint };
}
