import { AccessLogReader } from './access-log-reader.ts';
import type { AccessEvent } from './event.ts';
import type { LogSummary, StatusRecord } from './records.ts';

export interface AccessLog {
  readonly events: readonly AccessEvent[];
  readonly statuses: readonly StatusRecord[];
  readonly summary: LogSummary;
}

/** Reads one log that is at hand, whole; {@link AccessLogReader} reads many and keeps none of their events. */
export function readAccessLog(pieces: Iterable<Uint8Array>, source: string): AccessLog {
  const events: AccessEvent[] = [];
  const statuses: StatusRecord[] = [];
  const reader = new AccessLogReader({
    event: (event) => events.push(event),
    status: (status) => statuses.push(status),
  });
  reader.start(source);
  for (const piece of pieces) reader.push(piece);
  return { events, statuses, summary: reader.finish() };
}
