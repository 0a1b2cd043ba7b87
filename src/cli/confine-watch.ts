import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessEvent } from '../apparmor/log/event.ts';
import { machineTime } from '../confinement/machine-clock.ts';
import { denialsIn, eventsOf } from '../controls/confinement/soak/evidence.ts';
import { observeNewAccesses } from '../controls/confinement/soak/logs/observe.ts';
import { shown } from '../core/byte-text.ts';
import { FreeholdError } from '../core/error.ts';
import { confirm } from '../engine/confirm.ts';
import { rollback } from '../engine/rollback.ts';
import type { PlaceOptions } from '../engine/transaction/place.ts';
import { HostError } from '../host/error.ts';
import type { Host } from '../host/host.ts';
import type { HoldEnd } from './change-machine.ts';
import { StatusLine } from './status-line.ts';

export interface WatchOptions {
  readonly runId: string;
  readonly profiles: readonly string[];
  /** Whether it was meant to be denied. */
  readonly isMeant: (event: AccessEvent) => boolean;
  readonly seconds: number;
  /** By the machine's clock, before the first change: milliseconds since 1970. */
  readonly sinceMs: number;
  /** Time between two looks. */
  readonly pauseMs?: number;
  readonly place?: PlaceOptions;
}

const PAUSE_MS = 2000;
const MS_PER_SECOND = 1000;

/** The machine's time. A watch that sees nothing because nothing can be read would let everything stand: such a machine is refused. */
export async function requireWatchable(host: Host): Promise<number> {
  const sinceMs = await machineTime(host);
  const { problems } = await observeNewAccesses(host, sinceMs);
  if (problems.length === 0) return sinceMs;
  const message = `There is no log to watch: ${problems.join('; ')}`;
  const hint = 'Install auditd, or leave --watch away and say --confirm-within 10m to confirm it yourself.';
  throw new FreeholdError('refused', [{ code: 'confine/no-log', level: 'error', message, hint }]);
}

/**
 * Follows the log of a machine whose run waits to be confirmed. The first access that one of the profiles denied takes it back; a
 * time without any confirms it. What a profile denies by a rule of its own is meant: with `deny` it isn't even written down, with
 * `audit deny` it is (apparmor.d(5), "Rule Qualifiers"). If this ends before the time does, or can't see the log any more, the machine goes back by itself.
 */
export async function watchRun(host: Host, options: WatchOptions): Promise<HoldEnd> {
  const { runId, seconds, pauseMs = PAUSE_MS, place = {} } = options;
  const deadline = performance.now() + seconds * MS_PER_SECOND;
  const status = new StatusLine();
  let meant = 0;
  try {
    do {
      const left = Math.max(0, Math.ceil((deadline - performance.now()) / MS_PER_SECOND));
      status.show(`Watching for what is denied, ${String(left)} s to go`);
      const denied = await firstDenial(host, options);
      if (denied.kind === 'unreadable')
        return {
          stands: false,
          message: `The log can’t be read any more (${denied.reason}): the machine takes the run ${runId} back by itself.`,
        };
      if (denied.kind === 'denied') {
        const undone = await rollback(host, runId, { ...place, force: false });
        const became =
          undone.kind === 'undone'
            ? `the run ${runId} was taken back`
            : `the run ${runId} could not be taken back (${undone.kind}): the machine tries it again by itself`;
        return { stands: false, message: `Denied: ${describeDenial(denied.event)}; ${became}.` };
      }
      meant = denied.meant;
      await sleep(Math.min(pauseMs, Math.max(0, deadline - performance.now())));
    } while (performance.now() < deadline);
    const confirmed = await confirm(host, runId, place);
    return confirmed.kind === 'confirmed'
      ? {
          stands: true,
          message: `Nothing was denied in ${String(seconds)} s${butMeant(meant)}: the run ${runId} stands.`,
        }
      : {
          stands: false,
          message: `The run ${runId} could not be confirmed (${confirmed.kind}): the machine takes it back.`,
        };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return {
      stands: false,
      message: `The machine can’t be reached any more (${error.message}): it takes the run ${runId} back by itself.`,
    };
  } finally {
    status.clear();
  }
}

type Seen =
  | { readonly kind: 'nothing'; readonly meant: number }
  | { readonly kind: 'denied'; readonly event: AccessEvent }
  | { readonly kind: 'unreadable'; readonly reason: string };

async function firstDenial(host: Host, { profiles, sinceMs, isMeant }: WatchOptions): Promise<Seen> {
  const { events, problems } = await observeNewAccesses(host, sinceMs);
  const [reason] = problems;
  if (reason !== undefined) return { kind: 'unreadable', reason };
  const denied = profiles
    .flatMap((profile) => denialsIn(eventsOf(events, { profile, sinceMs })))
    .filter(({ verdict, timeMs }) => verdict !== 'ALLOWED' && timeMs !== undefined);
  const event = denied.find((one) => !isMeant(one));
  return event === undefined ? { kind: 'nothing', meant: denied.length } : { kind: 'denied', event };
}

function butMeant(count: number): string {
  return count === 0 ? '' : ' but what rules of the profile deny';
}

/** `libreoffice-soffice: open /home/a/.ssh/id (r)`, as the record has it. */
function describeDenial({ profile, operation, name, denied, comm, pid }: AccessEvent): string {
  const what = [operation, ...(name === undefined ? [] : [shown(name)]), ...(denied === '' ? [] : [`(${denied})`])];
  const who = [...(comm === undefined ? [] : [shown(comm)]), ...(pid === undefined ? [] : [String(pid)])];
  return `${shown(profile)}: ${what.join(' ')}${who.length === 0 ? '' : ` by ${who.join(' ')}`}`;
}
