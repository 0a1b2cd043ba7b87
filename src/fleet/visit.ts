import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../host/error.ts';
import type { Host } from '../host/host.ts';

export interface VisitOptions {
  /** For everything, all tries together. */
  readonly timeoutMs: number;
  /** How often a connection that failed is tried again; nothing else is. */
  readonly retries: number;
  /** Aborts at once what is going on. */
  readonly signal?: AbortSignal;
  /** Between 0 and 1; what spreads the tries of many machines that failed in the same moment. */
  readonly random: () => number;
}

export type VisitResult<Value> =
  | { readonly kind: 'done'; readonly attempts: number; readonly value: Value }
  | { readonly kind: 'failed'; readonly attempts: number; readonly error: unknown };

const FIRST_PAUSE_MS = 1000;
const MS_PER_SECOND = 1000;

/**
 * Opens a machine, does one piece of work there and closes it. Never rejects and never takes longer than its time, so
 * that one machine can't hold up others. Work that has begun is not done twice unless the connection failed before it.
 */
export async function visit<Value>(
  open: () => Promise<Host>,
  work: (host: Host) => Promise<Value>,
  options: VisitOptions,
): Promise<VisitResult<Value>> {
  const deadline = performance.now() + options.timeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    const remainingMs = deadline - performance.now();
    const attempt = await tryOnce(open, work, { ...options, remainingMs });
    if (attempt.kind === 'done') return { ...attempt, attempts };
    const pauseMs = FIRST_PAUSE_MS * 2 ** (attempts - 1) * (1 / 2 + options.random() / 2);
    const isInTime = performance.now() + pauseMs < deadline && options.signal?.aborted !== true;
    if (!isWorthAnother(attempt.error) || attempts > options.retries || !isInTime) return { ...attempt, attempts };
    await pause(pauseMs, options.signal);
  }
}

function isWorthAnother(error: unknown): boolean {
  return error instanceof HostError && error.code === 'unreachable' && !(error instanceof OutOfTime);
}

class OutOfTime extends HostError {}

type Attempt<Value> =
  { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'failed'; readonly error: unknown };

async function tryOnce<Value>(
  open: () => Promise<Host>,
  work: (host: Host) => Promise<Value>,
  { remainingMs, timeoutMs, signal }: VisitOptions & { readonly remainingMs: number },
): Promise<Attempt<Value>> {
  const state: { isOver: boolean; host?: Host } = { isOver: false };
  const visiting = (async (): Promise<Attempt<Value>> => {
    try {
      const host = await open();
      state.host = host;
      // Nobody waits for it any more.
      if (state.isOver) await host.close();
      return { kind: 'done', value: await work(host) };
    } catch (error) {
      return { kind: 'failed', error };
    }
  })();
  const result = await Promise.race([visiting, limit({ remainingMs, timeoutMs, signal: signal ?? null, visiting })]);
  state.isOver = true;
  await state.host?.close();
  return result;
}

interface Limit {
  readonly remainingMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
  /** What the limit is for; it ends with it. */
  readonly visiting: Promise<unknown>;
}

async function limit({ remainingMs, timeoutMs, signal, visiting }: Limit): Promise<Attempt<never>> {
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  visiting.then(end).catch(end);
  const signals = signal === null ? [ended.signal] : [ended.signal, signal];
  try {
    await sleep(Math.max(1, remainingMs), undefined, { signal: AbortSignal.any(signals) });
    const message = `it was not done within ${String(timeoutMs / MS_PER_SECOND)} s`;
    const hint = 'Give it more time with --host-timeout.';
    return { kind: 'failed', error: new OutOfTime('unreachable', message, { hint }) };
  } catch {
    return { kind: 'failed', error: new OutOfTime('unreachable', 'the work was interrupted') };
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
