import type { Host } from '../host/host.ts';
import { type ApplyResult, outcomeOf, requireChangeable } from './apply.ts';
import { findRun } from './runs.ts';
import { type PlaceOptions, placeOf, placeOn } from './transaction/place.ts';
import { allSaid, problemsOf, runScript, said } from './transaction/protocol.ts';

export interface RollbackOptions extends PlaceOptions {
  /** Puts the old state back even where somebody else has changed it since; what is replaced is kept. */
  readonly force: boolean;
}

export type RollbackResult =
  | { readonly kind: 'undone'; readonly runId: string; readonly stays: readonly string[] }
  | { readonly kind: 'nothing-to-undo'; readonly runId: string }
  /** Nothing was taken back: these files or values were changed by somebody else since. */
  | { readonly kind: 'conflicts'; readonly runId: string; readonly paths: readonly string[] }
  | { readonly kind: 'locked' }
  | {
      readonly kind: 'failed';
      readonly runId: string;
      readonly problems: readonly string[];
      readonly undoScript: string;
    };

/** Takes a run back by its own undo.sh: `name` is a run's id or `last`. Throws `usage` for a run that isn't there. */
export async function rollback(host: Host, name: string, options: RollbackOptions): Promise<RollbackResult> {
  requireChangeable(host, 'rollback', { needsRoot: false });
  const { force, ...placeOptions } = options;
  const place = await placeOn(host, placeOptions);
  const { shell } = placeOf('', place);
  const { id: runId, state, undoScript } = await findRun(host, name, place);
  if (state === 'undone' || state === 'not-started') return { kind: 'nothing-to-undo', runId };
  const argv = ['/usr/bin/env', `FORCE=${force ? '1' : '0'}`, ...shell, undoScript] as const;
  const script = await runScript(host, argv);
  const { progress } = script;
  if (said(progress, 'undone') !== undefined) return { kind: 'undone', runId, stays: allSaid(progress, 'stays') };
  if (said(progress, 'conflicts') !== undefined)
    return { kind: 'conflicts', runId, paths: allSaid(progress, 'conflict') };
  if (said(progress, 'locked') !== undefined) return { kind: 'locked' };
  return { kind: 'failed', runId, problems: problemsOf(script), undoScript };
}

/** Finishes a run that was cut off: lasting steps that are noted as done are not made again. */
export async function resume(host: Host, name: string, options: PlaceOptions): Promise<ApplyResult> {
  requireChangeable(host, 'resume', { needsRoot: false });
  const place = await placeOn(host, options);
  const { shell, stateDirectory } = placeOf('', place);
  const run = await findRun(host, name, place);
  if (run.state === 'applied') return { kind: 'applied', runId: run.id };
  if (run.state !== 'unfinished') return { kind: 'refused', problems: [`the run ${run.id} was ${run.state}`] };
  const path = `${stateDirectory}/runs/${run.id}/apply.sh`;
  const script = await runScript(host, [...shell, path, 'resume', ...shell]);
  return outcomeOf(script, { runId: run.id, stateDirectory });
}
