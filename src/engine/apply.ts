import { FreeholdError } from '../core/error.ts';
import type { Plan } from '../core/plan.ts';
import type { Host } from '../host/host.ts';
import { HostError } from '../host/error.ts';
import { compileTransaction } from './transaction/compile.ts';
import { newRunId, type PlaceOptions, placeOf, placeOn } from './transaction/place.ts';
import { problemsOf, type Progress, runScript, said, type ScriptRun } from './transaction/protocol.ts';

export interface ApplyOptions extends PlaceOptions {
  readonly now: Date;
  /** Called with each step as it is done. */
  readonly onStep?: (step: StepProgress) => void;
}

export interface StepProgress {
  /** Counted from 1. */
  readonly number: number;
  readonly count: number;
  /** `failed` is followed by going back. */
  readonly kind: 'begun' | 'done' | 'failed';
}

/** How a transaction ended. Whatever the kind, `undo.sh` in the run's folder goes back by hand. */
export type ApplyResult =
  | { readonly kind: 'applied'; readonly runId: string }
  /** Everything was changed, and the machine takes it back unless it is confirmed in time. */
  | { readonly kind: 'awaiting'; readonly runId: string }
  /** The connection broke while the machine was at work: it goes on without us. */
  | { readonly kind: 'lost'; readonly runId: string; readonly problem: string }
  /** Nothing was changed: the machine, or something in the way, did not allow it. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }
  /** Nothing was changed: another run was cut off and must be finished or taken back first. */
  | { readonly kind: 'unfinished' | 'unconfirmed'; readonly runId: string }
  | { readonly kind: 'locked'; readonly pid: string }
  | { readonly kind: 'failed-and-undone'; readonly runId: string; readonly problems: readonly string[] }
  /** The worst that can happen: a person must look, and `undoScript` is where to begin. */
  | {
      readonly kind: 'failed';
      readonly runId: string;
      readonly problems: readonly string[];
      readonly undoScript: string;
    };

/**
 * Makes all changes of a plan in one transaction, as whoever Freehold acts as there: what belongs to others stops the run before its
 * first change. Throws `refused` when nothing runs there.
 */
export async function apply(host: Host, plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  requireChangeable(host, 'apply', { needsRoot: false });
  const { now, onStep, ...placeOptions } = options;
  const place = placeOf(newRunId(now), await placeOn(host, placeOptions));
  const onProgress = ({ word, rest }: Progress): void => {
    const kind = STEP_WORDS.get(word);
    if (kind !== undefined) onStep?.({ number: Number(rest), count: plan.steps.length, kind });
  };
  try {
    const stdin = compileTransaction(plan, place);
    const script = await runScript(host, [...place.shell, '-s'], { stdin, onProgress });
    return outcomeOf(script, { runId: place.id, stateDirectory: place.stateDirectory });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { kind: 'lost', runId: place.id, problem: error.message };
  }
}

const STEP_WORDS: ReadonlyMap<string, StepProgress['kind']> = new Map([
  ['intent', 'begun'],
  ['done', 'done'],
  ['failed', 'failed'],
]);

/** Reads how apply.sh ended; the last word counts. */
export function outcomeOf(
  script: ScriptRun,
  run: { readonly runId: string; readonly stateDirectory: string },
): ApplyResult {
  const { progress } = script;
  const problems = problemsOf(script);
  const { runId } = run;
  if (said(progress, 'applied') !== undefined) return { kind: 'applied', runId };
  if (said(progress, 'awaiting') !== undefined) return { kind: 'awaiting', runId };
  for (const kind of ['unfinished', 'unconfirmed'] as const) {
    const other = said(progress, kind);
    if (other !== undefined) return { kind, runId: other.rest };
  }
  const locked = said(progress, 'locked');
  if (locked !== undefined) return { kind: 'locked', pid: locked.rest };
  if (said(progress, 'refused') !== undefined) return { kind: 'refused', problems };
  if (said(progress, 'undone') !== undefined) return { kind: 'failed-and-undone', runId, problems };
  return { kind: 'failed', runId, problems, undoScript: `${run.stateDirectory}/runs/${runId}/undo.sh` };
}

/** Changing a machine needs a machine that runs, and what belongs to the machine needs root there. */
export function requireChangeable(host: Host, command: string, { needsRoot }: { readonly needsRoot: boolean }): void {
  if (!host.facts.isRunning || host.facts.recordedAt !== undefined) throw unchangeable(host, command);
  if (host.facts.isRoot || !needsRoot) return;
  const message = `\`freehold ${command}\` changes the machine and needs root.`;
  const hint =
    host.facts.address === 'local'
      ? `Run it as root: sudo freehold ${command}`
      : 'Say --become sudo, or log in there as root.';
  throw new FreeholdError('refused', [{ code: 'run/not-root', level: 'error', message, hint }]);
}

function unchangeable({ facts }: Host, command: string): FreeholdError {
  const what = facts.recordedAt === undefined ? 'an image' : 'a recording';
  const message = `${facts.address} is ${what}: \`freehold ${command}\` changes machines that run.`;
  const hint = 'freehold plan shows what is to be changed where it comes from.';
  return new FreeholdError('refused', [{ code: 'run/not-running', level: 'error', message, hint }]);
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
