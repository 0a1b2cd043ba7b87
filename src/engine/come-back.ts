import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../host/error.ts';
import type { Host } from '../host/host.ts';
import { confirmAnew } from './confirm.ts';
import { listRuns } from './runs.ts';
import type { PlaceOptions } from './transaction/place.ts';

export interface ComeBackOptions {
  /** Opens a connection that has nothing to do with the one the run was made through. Throws when it can't. */
  readonly reopen: () => Promise<Host>;
  readonly runId: string;
  /** How long the machine waits to be confirmed. */
  readonly seconds: number;
  /** Told what is being waited for. */
  readonly onWaiting?: (what: 'confirmation' | 'fall-back') => void;
  readonly place?: PlaceOptions;
}

/** How a run ended that had to be confirmed through a new connection. */
export type ComeBackResult =
  /** It stands; the caller closes the new connection. */
  | { readonly kind: 'confirmed'; readonly host: Host }
  /** The connection had broken before anything was changed. */
  | { readonly kind: 'absent' }
  /** The machine was reached, and had taken the run back: a step failed, or the time was over. */
  | { readonly kind: 'undone' }
  /** The machine was reached and did not let the run be confirmed: it takes it back. */
  | { readonly kind: 'not-confirmed'; readonly problem: string }
  /** The machine could not be reached, has taken the run back, and can be reached again. */
  | { readonly kind: 'fell-back'; readonly problem: string }
  /** The machine could not be reached, and was not seen again. */
  | { readonly kind: 'not-seen'; readonly problem: string };

const MS_PER_SECOND = 1000;
const PAUSE_MS = 1000;
/** Going back takes a machine some time, and so does a network that comes up again. */
const GRACE_SECONDS = 120;

/** Confirms a run through a new connection; where there is none, waits until the machine has gone back by itself. */
export async function comeBack(options: ComeBackOptions): Promise<ComeBackResult> {
  const { seconds, onWaiting } = options;
  onWaiting?.('confirmation');
  const result = await confirmAnew({ ...options, timeoutMs: seconds * MS_PER_SECOND, pauseMs: PAUSE_MS });
  if (result.kind === 'unreached') {
    onWaiting?.('fall-back');
    const isBack = await waitUntilBack(options);
    return { kind: isBack ? 'fell-back' : 'not-seen', problem: result.problem };
  }
  const { host, confirm } = result;
  if (confirm.kind === 'confirmed') return { kind: 'confirmed', host };
  await host.close();
  if (confirm.kind === 'absent' || confirm.kind === 'undone') return { kind: confirm.kind };
  return { kind: 'not-confirmed', problem: confirm.kind === 'failed' ? confirm.problems.join('; ') : confirm.kind };
}

async function waitUntilBack({ reopen, runId, seconds, place }: ComeBackOptions): Promise<boolean> {
  const deadline = performance.now() + (seconds + GRACE_SECONDS) * MS_PER_SECOND;
  while (performance.now() < deadline) {
    if (await isUndone(reopen, runId, place)) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

async function isUndone(reopen: () => Promise<Host>, runId: string, place?: PlaceOptions): Promise<boolean> {
  let host: Host | undefined;
  try {
    host = await reopen();
    const runs = await listRuns(host, place);
    return runs.some(({ id, state }) => id === runId && state === 'undone');
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  } finally {
    await host?.close();
  }
}
