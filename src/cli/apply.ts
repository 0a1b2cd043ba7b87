import { controls } from '../controls/index.ts';
import type { ExitCode } from '../core/error.ts';
import { requireChangeable } from '../engine/apply.ts';
import { audit } from '../engine/audit.ts';
import type { FailOn } from '../engine/threshold.ts';
import type { FleetApplyCommandOptions } from './apply-fleet.ts';
import { advisoriesOf } from './advisories.ts';
import { requireBlueprint } from './blueprint.ts';
import { changeMachine } from './change-machine.ts';
import { openRecording } from './recording.ts';
import { auditNow, targetOf, withHost } from './session.ts';
import { isFleet } from './targets.ts';
import { freeholdVersion } from './version.ts';

export interface ApplyCommandOptions extends FleetApplyCommandOptions {
  readonly blueprint?: string;
  readonly failOn: FailOn;
}

/** `freehold apply` */
export async function applyCommand(hosts: readonly string[], options: ApplyCommandOptions): Promise<ExitCode> {
  const blueprint = await requireBlueprint(options.blueprint);
  if (isFleet(hosts, options)) {
    const { applyFleetCommand } = await import('./apply-fleet.ts');
    return applyFleetCommand(hosts, blueprint, options);
  }
  const target = targetOf(hosts[0], options);
  const recording = await openRecording(options);
  return withHost(target, async (host) => {
    if (options.dryRun !== true) requireChangeable(host, 'apply', { needsRoot: true });
    const before = await auditNow(host, blueprint, options);
    const advisories = advisoriesOf(options);
    return changeMachine({
      target,
      host,
      before,
      options,
      recording,
      command: 'apply',
      audit: (anyHost) =>
        audit({ host: anyHost, blueprint, controls, version: freeholdVersion(), startedAt: new Date(), advisories }),
    });
  });
}
