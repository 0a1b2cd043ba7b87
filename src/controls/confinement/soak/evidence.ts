import type { CompiledProfile } from '../../../apparmor/compiled/profile.ts';
import { replay } from '../../../apparmor/compiled/replay.ts';
import { isDeniedOnPurpose } from '../../../apparmor/denied-on-purpose.ts';
import type { Profile } from '../../../apparmor/language/syntax.ts';
import type { AccessEvent } from '../../../apparmor/log/event.ts';
import type { ByteText } from '../../../core/byte-text.ts';

export interface Since {
  readonly profile: ByteText;
  readonly sinceMs: number;
}

/**
 * Events of a profile, its children and hats since a moment; one without a time may be of then. A profile of another namespace has
 * nothing to do with the one of that name here.
 */
export function eventsOf(events: readonly AccessEvent[], { profile, sinceMs }: Since): readonly AccessEvent[] {
  return events.filter(
    (event) =>
      event.namespace === undefined &&
      (event.profile === profile || event.profile.startsWith(`${profile}//`)) &&
      (event.timeMs ?? sinceMs) >= sinceMs,
  );
}

/** What would have been denied if the profile had been enforced, or was, because it says so. */
export function denialsIn(events: readonly AccessEvent[]): readonly AccessEvent[] {
  return events.filter(({ verdict }) => verdict === 'ALLOWED' || verdict === 'DENIED' || verdict === 'KILLED');
}

/** The rules that would be enforced: compiled, and as they are written. */
export interface Rules {
  readonly compiled: readonly CompiledProfile[];
  readonly written: readonly Profile[];
}

/**
 * How many of these accesses would be denied, and by no rule that means to: what is written may have changed since they were recorded.
 * Where that can't be told, what was recorded counts.
 */
export function countDenials(events: readonly AccessEvent[], { compiled, written }: Rules): number {
  const denials = denialsIn(events).filter((event) => !isDeniedOnPurpose(written, event));
  // With these no rule decided: a name that could not be looked up, a profile that was not there.
  const undecided = denials.filter(({ info }) => info !== undefined);
  const decided = replay(
    compiled,
    denials.filter(({ info }) => info === undefined),
  );
  const allowed = events.filter(({ verdict }) => verdict === 'AUDIT');
  const other = replay(compiled, allowed);
  return undecided.length + decided.counts.denied + decided.counts.unknown + other.counts.denied;
}

export function pidsIn(events: readonly AccessEvent[]): ReadonlySet<string> {
  return new Set(events.flatMap(({ pid }) => (pid === undefined ? [] : [String(pid)])));
}
