import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessEvent } from '../../apparmor/log/event.ts';
import { isOfProbe } from '../../apparmor/log/probe-mark.ts';
import { observeNewAccesses } from '../../controls/confinement/soak/logs/observe.ts';
import type { ByteText } from '../../core/byte-text.ts';
import type { Host } from '../../host/host.ts';
import { readHostLogs } from '../logs.ts';

export interface RecordWish {
  readonly pid: number;
  readonly label: ByteText;
  readonly path: ByteText;
  /** By the machine's clock: milliseconds since 1970. */
  readonly sinceMs: number;
}

export type RecordFound =
  | { readonly kind: 'found'; readonly event: AccessEvent }
  /** It is in none of the logs that could be read. */
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface Patience {
  /** How long a record may take from the kernel to a log. */
  readonly waitMs?: number;
  /** Time between two looks. */
  readonly pauseMs?: number;
}

/** auditd(8) writes at once; an emulated machine needs a while for it. */
const WAIT_MS = 10_000;
const PAUSE_MS = 500;

/** Waits until the log has the record of one access; at last, all logs that there are have been looked into. */
export async function findRecord(host: Host, wish: RecordWish, patience: Patience = {}): Promise<RecordFound> {
  const { waitMs = WAIT_MS, pauseMs = PAUSE_MS } = patience;
  const deadline = performance.now() + waitMs;
  do {
    const { events } = await observeNewAccesses(host, wish.sinceMs);
    const event = events.find((one) => isIt(one, wish));
    if (event !== undefined) return { kind: 'found', event };
    await sleep(Math.min(pauseMs, Math.max(0, deadline - performance.now())));
  } while (performance.now() < deadline);
  return searchAll(host, wish);
}

async function searchAll(host: Host, wish: RecordWish): Promise<RecordFound> {
  const found: AccessEvent[] = [];
  const { sources, summary, audit } = await readHostLogs(
    host,
    {
      event: (event) => {
        if (isIt(event, wish)) found.push(event);
      },
    },
    { sinceMs: wish.sinceMs },
  );
  const [event] = found;
  if (event !== undefined) return { kind: 'found', event };
  const read = sources.flatMap((one) => (one.kind === 'read' ? [one.name] : []));
  if (read.length === 0) {
    const reasons = sources.map((one) => (one.kind === 'not-read' ? `${one.name}: ${one.reason}` : one.name));
    return { kind: 'unreadable', reason: reasons.join('; ') };
  }
  const causes = [
    ...(audit.kind === 'known' && audit.lost > 0 ? [`the kernel has lost ${String(audit.lost)} since it started`] : []),
    ...(audit.kind === 'known' && audit.daemonPid === 0 ? ['no auditd takes them'] : []),
    ...(audit.kind === 'unknown' ? [audit.reason] : []),
    ...(summary.unreadableLines > 0 ? [`${String(summary.unreadableLines)} lines could not be read for sure`] : []),
  ];
  return { kind: 'none', reason: [`looked into ${read.join(', ')}`, ...causes].join('; ') };
}

function isIt(event: AccessEvent, { pid, label, path, sinceMs }: RecordWish): boolean {
  return (
    event.pid === pid &&
    event.profile === label &&
    event.name === path &&
    isOfProbe(event) &&
    (event.timeMs ?? sinceMs) >= sinceMs
  );
}
