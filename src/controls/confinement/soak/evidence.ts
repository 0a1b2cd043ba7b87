import type { AccessEvent } from '../../../apparmor/log/event.ts';
import type { ByteText } from '../../../core/byte-text.ts';

export interface Since {
  readonly profile: ByteText;
  readonly sinceMs: number;
}

/** Events of a profile, its children and hats since a moment; one without a time may be of then. */
export function eventsOf(events: readonly AccessEvent[], { profile, sinceMs }: Since): readonly AccessEvent[] {
  return events.filter(
    (event) =>
      (event.profile === profile || event.profile.startsWith(`${profile}//`)) && (event.timeMs ?? sinceMs) >= sinceMs,
  );
}

/** What would have been denied if the profile had been enforced, or was, because it says so. */
export function denialsIn(events: readonly AccessEvent[]): readonly AccessEvent[] {
  return events.filter(({ verdict }) => verdict === 'ALLOWED' || verdict === 'DENIED' || verdict === 'KILLED');
}

export function pidsIn(events: readonly AccessEvent[]): ReadonlySet<string> {
  return new Set(events.flatMap(({ pid }) => (pid === undefined ? [] : [String(pid)])));
}
