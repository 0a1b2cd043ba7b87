import { FreeholdError } from '../core/error.ts';
import type { Plan } from '../core/plan.ts';
import type { Host } from '../host/host.ts';
import { compileTransaction } from './transaction/compile.ts';
import { newRunId, type PlaceOptions, placeOf } from './transaction/place.ts';
import { problemsOf, runScript, said, type ScriptRun } from './transaction/protocol.ts';

export interface ApplyOptions extends PlaceOptions {
  readonly now: Date;
}

/** How a transaction ended. Whatever the kind, `undo.sh` in the run's folder goes back by hand. */
export type ApplyResult =
  | { readonly kind: 'applied'; readonly runId: string }
  /** Nothing was changed: the machine, or something in the way, did not allow it. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }
  /** Nothing was changed: another run was cut off and must be finished or taken back first. */
  | { readonly kind: 'unfinished'; readonly runId: string }
  | { readonly kind: 'locked'; readonly pid: string }
  | { readonly kind: 'failed-and-undone'; readonly runId: string; readonly problems: readonly string[] }
  /** The worst that can happen: a person must look, and `undoScript` is where to begin. */
  | {
      readonly kind: 'failed';
      readonly runId: string;
      readonly problems: readonly string[];
      readonly undoScript: string;
    };

/** Makes all changes of a plan in one transaction. Throws `refused` when Freehold isn't root on the machine. */
export async function apply(host: Host, plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  requireRoot(host, 'apply');
  const { now, ...placeOptions } = options;
  const place = placeOf(newRunId(now), placeOptions);
  const script = await runScript(host, [...place.shell, '-s'], compileTransaction(plan, place));
  return outcomeOf(script, { runId: place.id, stateDirectory: place.stateDirectory });
}

/** Reads how apply.sh ended; the last word counts. */
export function outcomeOf(
  script: ScriptRun,
  run: { readonly runId: string; readonly stateDirectory: string },
): ApplyResult {
  const { progress } = script;
  const problems = problemsOf(script);
  const { runId } = run;
  if (said(progress, 'applied') !== undefined) return { kind: 'applied', runId };
  const unfinished = said(progress, 'unfinished');
  if (unfinished !== undefined) return { kind: 'unfinished', runId: unfinished.rest };
  const locked = said(progress, 'locked');
  if (locked !== undefined) return { kind: 'locked', pid: locked.rest };
  if (said(progress, 'refused') !== undefined) return { kind: 'refused', problems };
  if (said(progress, 'undone') !== undefined) return { kind: 'failed-and-undone', runId, problems };
  return { kind: 'failed', runId, problems, undoScript: `${run.stateDirectory}/runs/${runId}/undo.sh` };
}

/** Changing a machine needs root there, and nothing less. */
export function requireRoot(host: Host, command: string): void {
  if (host.facts.isRoot) return;
  const message = `\`freehold ${command}\` changes the machine and needs root.`;
  const hint = `Run it as root: sudo freehold ${command}`;
  throw new FreeholdError('refused', [{ code: 'run/not-root', level: 'error', message, hint }]);
}

/** The plan without what only a reboot takes back, and what was left out of it. */
export function withoutIrreversible(plan: Plan): Plan {
  const [kept, left] = [
    plan.steps.filter(({ change }) => change.irreversible === undefined),
    plan.steps.filter(({ change }) => change.irreversible !== undefined),
  ];
  const leftOut = left.flatMap(({ change, findings }) =>
    findings.map((finding) => ({
      finding,
      reason: `Not reversible before a reboot (${change.irreversible ?? ''}): needs --allow-irreversible.`,
    })),
  );
  return { ...plan, steps: kept, leftOut: [...plan.leftOut, ...leftOut] };
}
