import process from 'node:process';
import type { Blueprint } from '../blueprint/index.ts';
import { controls } from '../controls/index.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import type { ChangeOutcome, HostChange, HostPlan } from '../core/fleet.ts';
import type { ChangeResult } from '../engine/change-host.ts';
import { applyFleet, type PlannedTarget } from '../fleet/apply-fleet.ts';
import { planFleet, type PlanningOptions } from '../fleet/plan-fleet.ts';
import type { FleetTarget } from '../fleet/target.ts';
import { splitWaves, type WaveSize } from '../fleet/waves.ts';
import { renderFleetChanges, renderFleetPlans } from '../report/fleet-change.ts';
import { type AdvisoryOptions, advisoriesOf } from './advisories.ts';
import { applyDiagnostic } from './apply-result.ts';
import { askYesNo } from './ask.ts';
import { comeBackDiagnostic } from './come-back.ts';
import { confirmSeconds, isBehindSsh } from './confirm-within.ts';
import type { FleetOptions } from './fleet-options.ts';
import { type EvidenceOptions, openRecording, type Recording } from './recording.ts';
import { changeEvidence, unchangedEvidence } from './run-evidence.ts';
import { reopenHost } from './session.ts';
import { StatusLine } from './status-line.ts';
import { resolveTargets } from './targets.ts';
import { terminalOptions } from './terminal.ts';
import { freeholdVersion } from './version.ts';

export interface FleetApplyCommandOptions extends FleetOptions, AdvisoryOptions, EvidenceOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly allowIrreversible?: boolean;
  /** In seconds, or `never`; without it only machines behind ssh wait to be confirmed. */
  readonly confirmWithin?: number | 'never';
  readonly canary: number;
  readonly wave: WaveSize;
  readonly keepGoing?: boolean;
}

const MS_PER_SECOND = 1000;

/** `freehold apply` with several machines. */
export async function applyFleetCommand(
  words: readonly string[],
  blueprint: Blueprint,
  options: FleetApplyCommandOptions,
): Promise<ExitCode> {
  const targets = await resolveTargets(words, { blueprint, options });
  const recording = await openRecording(options);
  const plans = await plan(targets, options);
  process.stdout.write(renderFleetPlans(plans, terminalOptions(process.stdout)));
  const planned = plannedTargets(targets, plans);
  const hasFailed = plans.some(({ kind }) => kind === 'failed');
  if (options.dryRun === true) return hasFailed ? EXIT.unreachable : planned.length > 0 ? EXIT.findings : EXIT.clean;
  if (hasFailed && options.keepGoing !== true) {
    process.stderr.write('Nothing was changed: some machines could not be planned. --keep-going changes the others.\n');
    return EXIT.unreachable;
  }
  if (planned.length === 0) return hasFailed ? EXIT.unreachable : EXIT.clean;
  const question = `Apply to ${String(planned.length)} machines? [y/N] `;
  if (options.yes !== true && !(await askYesNo(question, NOBODY))) return EXIT.findings;
  const results = await change(planned, recording, options);
  process.stdout.write(renderFleetChanges(results, terminalOptions(process.stdout)));
  const isAllWell = !hasFailed && results.every(({ kind }) => kind === 'changed' || kind === 'unchanged');
  return recording.exitCode(isAllWell ? EXIT.clean : EXIT.unreachable);
}

const NOBODY = {
  message: 'Nobody is here to be asked whether these plans should be applied.',
  hint: 'Say --yes to apply them without asking, or --dry-run to see them only.',
};

function plannedTargets(targets: readonly FleetTarget[], plans: readonly HostPlan[]): readonly PlannedTarget[] {
  const byName = new Map(targets.map((target) => [target.name, target]));
  return plans.flatMap((host) => {
    const target = byName.get(host.name);
    if (target === undefined || host.kind !== 'planned' || host.plan.steps.length === 0) return [];
    return [{ target, plan: host.plan }];
  });
}

function planning(options: FleetApplyCommandOptions): PlanningOptions {
  return {
    controls,
    version: freeholdVersion(),
    now: () => new Date(),
    advisories: advisoriesOf(options),
    isReversibleOnly: options.allowIrreversible !== true,
    isToBeApplied: options.dryRun !== true,
  };
}

async function plan(targets: readonly FleetTarget[], options: FleetApplyCommandOptions): Promise<readonly HostPlan[]> {
  const status = new StatusLine();
  let done = 0;
  const plans = await planFleet(targets, {
    ...planning(options),
    concurrency: options.concurrency,
    timeoutMs: options.hostTimeout * MS_PER_SECOND,
    retries: options.retries,
    random: Math.random,
    onResult: () => {
      done += 1;
      status.show(`Planned ${String(done)} of ${String(targets.length)} machines`);
    },
  });
  status.clear();
  return plans;
}

async function change(
  planned: readonly PlannedTarget[],
  recording: Recording,
  options: FleetApplyCommandOptions,
): Promise<readonly HostChange[]> {
  const startedAt = new Date();
  const status = new StatusLine();
  const interruption = new AbortController();
  const working = new Set<string>();
  let done = 0;
  const show = (): void => {
    const stopping = interruption.signal.aborted ? ' (stopping)' : '';
    status.show(`${String(done)} of ${String(planned.length)} machines${stopping}; now: ${[...working].join(', ')}`);
  };
  const interrupt = (): void => {
    interruption.abort();
    show();
  };
  process.on('SIGINT', interrupt);
  try {
    return await applyFleet(splitWaves(planned, options), {
      ...planning(options),
      concurrency: options.concurrency,
      signal: interruption.signal,
      random: Math.random,
      doesGoOn: options.keepGoing === true,
      confirmSeconds: ({ address }) => confirmSeconds(address, options.confirmWithin),
      reopen: (target) => (isBehindSsh(target.address) ? () => reopenHost(target) : undefined),
      explain,
      onBegin: ({ name }) => {
        working.add(name);
        show();
      },
      onResult: async (result, attempt) => {
        working.delete(result.name);
        done += 1;
        show();
        await recording.record(
          attempt === undefined
            ? unchangedEvidence(result.address, outcomeOf(result), startedAt)
            : changeEvidence({ command: 'apply', ...attempt, end: attempt.result }),
        );
      },
    });
  } finally {
    status.clear();
    process.off('SIGINT', interrupt);
  }
}

function outcomeOf({ name: _name, address: _address, groups: _groups, ...outcome }: HostChange): ChangeOutcome {
  return outcome;
}

function explain(result: Exclude<ChangeResult, { kind: 'changed' }>, { address }: FleetTarget): Diagnostic {
  if (result.kind === 'not-confirmed') return comeBackDiagnostic(result.result, { address, runId: result.runId });
  const diagnostic = applyDiagnostic(result.result);
  return { ...diagnostic, message: `${address}: ${diagnostic.message}` };
}
