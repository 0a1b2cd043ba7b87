import { dependencies } from '../controls/dependencies/index.ts';
import { weaknessId } from '../controls/dependencies/judgement/weakness.ts';
import { lookUp } from '../controls/dependencies/observe.ts';
import type { DependenciesState } from '../controls/dependencies/state.ts';
import { proposeUpgrades } from '../upgrades/propose.ts';
import type { Control } from '../core/control.ts';
import type { ExitCode } from '../core/error.ts';
import { requireChangeable } from '../engine/apply.ts';
import { audit } from '../engine/audit.ts';
import { type AdvisoryOptions, advisoriesOf, requireAdvisories } from './advisories.ts';
import { changeMachine, type ChangeMachineOptions } from './change-machine.ts';
import type { ConnectionOptions } from './connection.ts';
import { loadDependenciesWish, narrowed, type ScopeOptions, scopeOf } from './deps-scope.ts';
import { type EvidenceOptions, openRecording } from './recording.ts';
import { targetOf, withHost } from './session.ts';
import { StatusLine } from './status-line.ts';
import { warnOfUnfinishedRun } from './unfinished.ts';
import { freeholdVersion } from './version.ts';

export interface DepsFixCommandOptions
  extends AdvisoryOptions, ConnectionOptions, EvidenceOptions, ScopeOptions, ChangeMachineOptions {}

/** `freehold deps fix` */
export async function depsFixCommand(address: string | undefined, options: DepsFixCommandOptions): Promise<ExitCode> {
  const target = targetOf(address, options);
  const scope = scopeOf(target.address, options);
  const wish = await loadDependenciesWish(options);
  const advisories = advisoriesOf(options);
  const index = await requireAdvisories(advisories);
  const recording = await openRecording(options);
  return withHost(target, async (host) => {
    requireChangeable(host, 'deps fix', { needsRoot: false });
    await warnOfUnfinishedRun(host);
    const { blueprint, policy } = await narrowed(wish, scope, host);
    const auditWith = (control: Control<typeof policy, DependenciesState>, anyHost: typeof host) =>
      audit({
        host: anyHost,
        blueprint,
        controls: [control],
        version: freeholdVersion(),
        startedAt: new Date(),
        advisories,
      });
    const seen = await dependencies.observe(host, policy, { now: new Date(), advisories });
    const found = await auditWith(as(seen), host);
    const failing = new Set(found.findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id));
    const status = new StatusLine();
    const proposals = await proposeUpgrades(host, seen, {
      policy,
      isToBeMended: (id, one, place) => failing.has(weaknessId({ id }, one, place)),
      onJob: ({ path }) => {
        status.show(`Asking what can be done in ${path}`);
      },
    });
    status.clear();
    const after = proposals.flatMap(({ places }) => places);
    const knowledge = await lookUp(host.facts, [...seen.places, ...after], { now: new Date(), index });
    return changeMachine({
      target,
      host,
      before: await auditWith(as({ ...seen, proposals, knowledge }), host),
      options,
      recording,
      command: 'deps fix',
      audit: (anyHost) => auditWith(dependencies, anyHost),
    });
  });
}

/** The domain on a machine as it was seen. */
function as(state: DependenciesState): typeof dependencies {
  return { ...dependencies, observe: () => Promise.resolve(state) };
}
