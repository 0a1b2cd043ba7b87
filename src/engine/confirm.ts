import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../host/error.ts';
import type { Host } from '../host/host.ts';
import { requireChangeable } from './apply.ts';
import { findRun, listRuns } from './runs.ts';
import { type PlaceOptions, placeOf, placeOn } from './transaction/place.ts';
import { problemsOf, runScript, said } from './transaction/protocol.ts';

/** What has become of a run that somebody wants to stand. */
export type ConfirmResult =
  | { readonly kind: 'confirmed'; readonly runId: string }
  /** Too late: the machine has taken it back, or is about to. */
  | { readonly kind: 'undone'; readonly runId: string }
  /** It is still at work, or was cut off: nothing to confirm yet. */
  | { readonly kind: 'unfinished'; readonly runId: string }
  | { readonly kind: 'locked'; readonly runId: string }
  | { readonly kind: 'failed'; readonly runId: string; readonly problems: readonly string[] };

/** Lets a run stand that waits to be confirmed: `name` is its id or `last`. Throws `usage` for a run that isn't there. */
export async function confirm(host: Host, name: string, options: PlaceOptions = {}): Promise<ConfirmResult> {
  requireChangeable(host, 'confirm', { needsRoot: false });
  const place = await placeOn(host, options);
  const { shell, stateDirectory } = placeOf('', place);
  const { id: runId, state } = await findRun(host, name, place);
  if (state === 'applied') return { kind: 'confirmed', runId };
  if (state === 'undone') return { kind: 'undone', runId };
  if (state !== 'unconfirmed') return { kind: 'unfinished', runId };
  const script = await runScript(host, [...shell, `${stateDirectory}/runs/${runId}/confirm.sh`]);
  for (const kind of ['confirmed', 'undone', 'unfinished', 'locked'] as const) {
    if (said(script.progress, kind) !== undefined) return { kind, runId };
  }
  return { kind: 'failed', runId, problems: problemsOf(script) };
}

export interface ReachOptions {
  /** Opens a connection that has nothing to do with the one the run was made through. Throws when it can't. */
  readonly reopen: () => Promise<Host>;
  readonly runId: string;
  /** How long to try, in all. */
  readonly timeoutMs: number;
  /** Time between two tries. */
  readonly pauseMs: number;
  readonly place?: PlaceOptions;
}

/** How a run ended for somebody who came back to see. */
export type ReachResult =
  | { readonly kind: 'reached'; readonly host: Host; readonly confirm: ConfirmResult | { readonly kind: 'absent' } }
  | { readonly kind: 'unreached'; readonly problem: string };

/**
 * Comes back to the machine through a new connection and confirms the run: that this works is the proof that nobody has
 * locked themselves out. Tries until the time is over; a run that is still at work is waited for.
 */
export async function confirmAnew(options: ReachOptions): Promise<ReachResult> {
  const deadline = performance.now() + options.timeoutMs;
  let problem = '';
  let timesAbsent = 0;
  do {
    const attempt = await tryConfirm(options);
    if (attempt.kind === 'unreached') {
      problem = attempt.problem;
    } else {
      if (attempt.confirm.kind === 'absent') timesAbsent += 1;
      if (isOver(attempt.confirm.kind, timesAbsent)) return attempt;
      problem = `the run ${options.runId} has not ended yet`;
      await attempt.host.close();
    }
    await sleep(options.pauseMs);
  } while (performance.now() < deadline);
  return { kind: 'unreached', problem };
}

/** A run that isn't there may only just be about to begin: its script was on the way when the connection broke. */
const ABSENT_FOR_GOOD = 3;

function isOver(kind: ConfirmResult['kind'] | 'absent', timesAbsent: number): boolean {
  if (kind === 'absent') return timesAbsent >= ABSENT_FOR_GOOD;
  return kind !== 'unfinished' && kind !== 'locked';
}

async function tryConfirm({ reopen, runId, place }: ReachOptions): Promise<ReachResult> {
  let host: Host | undefined;
  try {
    host = await reopen();
    const runs = await listRuns(host, place);
    if (!runs.some(({ id }) => id === runId)) return { kind: 'reached', host, confirm: { kind: 'absent' } };
    return { kind: 'reached', host, confirm: await confirm(host, runId, place) };
  } catch (error) {
    await host?.close();
    if (!(error instanceof HostError)) throw error;
    return { kind: 'unreached', problem: error.message };
  }
}
