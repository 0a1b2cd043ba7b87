import type { AnyControl } from '../core/control.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { FleetReport, HostResult } from '../core/fleet.ts';
import type { Surroundings } from '../core/surroundings.ts';
import { audit } from '../engine/audit.ts';
import { parseAddress } from '../host/address.ts';
import type { Host } from '../host/host.ts';
import { openHost } from '../host/open.ts';
import { type PoolOptions, runPool } from './pool.ts';
import { problemsOf } from './problems.ts';
import { SharedFindings } from './share.ts';
import { type FleetTarget, identityOf } from './target.ts';
import { visit, type VisitOptions } from './visit.ts';

export interface FleetAuditOptions extends PoolOptions, VisitOptions {
  readonly controls: readonly AnyControl[];
  /** Results of an earlier run that are not asked for again, by name. */
  readonly known: ReadonlyMap<string, HostResult>;
  /** Of Freehold itself. */
  readonly version: string;
  readonly now: () => Date;
  /** As of {@link Surroundings}. */
  readonly advisories?: Surroundings['advisories'];
  readonly onBegin?: (target: FleetTarget) => void;
  /** What else to look at, in the same round trips. */
  readonly onReached?: (host: Host, target: FleetTarget) => Promise<void>;
  /** Called with each machine's result as it comes, in the order in which they come. */
  readonly onResult?: (result: HostResult, host: HostVisit) => void | Promise<void>;
}

/** What one visit cost. */
export interface HostVisit {
  readonly elapsedMs: number;
  /** Only of machines at the end of a connection. */
  readonly roundTrips?: number;
}

/** Looks at many machines at the same time; what one of them does has no influence on the others. */
export async function auditFleet(targets: readonly FleetTarget[], options: FleetAuditOptions): Promise<FleetReport> {
  const startedAt = options.now();
  const shared = new SharedFindings();
  const keep = (result: HostResult): HostResult =>
    result.kind === 'audited' ? { ...result, report: shared.share(result.report) } : result;
  const results = new Map([...options.known].map(([name, result]) => [name, keep(result)]));
  const unknown = targets.filter(({ name }) => !results.has(name));
  await runPool(unknown, options, async (target) => {
    options.onBegin?.(target);
    const { result, cost } = await auditTarget(target, options);
    results.set(target.name, keep(result));
    await options.onResult?.(result, cost);
  });
  const hosts = targets.map((target) => results.get(target.name) ?? notBegun(target));
  return fleetReport(hosts, { startedAt, options });
}

function fleetReport(
  hosts: readonly HostResult[],
  { startedAt, options }: { readonly startedAt: Date; readonly options: FleetAuditOptions },
): FleetReport {
  return {
    format: 'freehold.fleet/1',
    tool: { name: 'freehold', version: options.version },
    startedAt: startedAt.toISOString(),
    durationMs: options.now().getTime() - startedAt.getTime(),
    hosts: [...hosts].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

async function auditTarget(
  target: FleetTarget,
  options: FleetAuditOptions,
): Promise<{ readonly result: HostResult; readonly cost: HostVisit }> {
  const startedMs = performance.now();
  const identity = identityOf(target);
  if (target.problems.length > 0) {
    return { result: { ...identity, kind: 'failed', attempts: 0, problems: target.problems }, cost: { elapsedMs: 0 } };
  }
  let roundTrips: number | undefined;
  const open = (): Promise<Host> => openHost(parseAddress(target.address), target.options);
  const visited = await visit(
    open,
    async (host) => {
      const { blueprint } = target;
      const { controls, version, advisories } = options;
      const auditing = audit({ host, blueprint, controls, version, startedAt: options.now(), advisories });
      const [report] = await Promise.all([auditing, options.onReached?.(host, target)]);
      roundTrips = host.roundTrips;
      return report;
    },
    options,
  );
  const cost = { elapsedMs: performance.now() - startedMs, ...(roundTrips !== undefined && { roundTrips }) };
  const { attempts } = visited;
  if (visited.kind === 'done')
    return { result: { ...identity, kind: 'audited', attempts, report: visited.value }, cost };
  return {
    result: { ...identity, kind: 'failed', attempts, problems: problemsOf(target.address, visited.error) },
    cost,
  };
}

function notBegun(target: FleetTarget): HostResult {
  const problem: Diagnostic = {
    code: 'fleet/interrupted',
    level: 'error',
    message: `${target.address}: the run was interrupted before it was its turn.`,
    hint: 'The same command with --resume goes on where it stopped.',
  };
  return { ...identityOf(target), kind: 'failed', attempts: 0, problems: [problem] };
}
