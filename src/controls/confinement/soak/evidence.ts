import type { CompiledProfile } from '../../../apparmor/compiled/profile.ts';
import { RunningReplay } from '../../../apparmor/compiled/replay.ts';
import { isDeniedOnPurpose } from '../../../apparmor/denied-on-purpose.ts';
import type { Profile } from '../../../apparmor/language/syntax.ts';
import type { AccessEvent } from '../../../apparmor/log/event.ts';
import { isOfProbe } from '../../../apparmor/log/probe-mark.ts';
import type { ByteText } from '../../../core/byte-text.ts';

export interface Since {
  readonly profile: ByteText;
  readonly sinceMs: number;
}

/**
 * Whether an event is of a profile, its children and hats since a moment, and not Freehold's own; one without a time may be of then. A profile of another namespace
 * has nothing to do with the one of that name here.
 */
export function isOf(event: AccessEvent, { profile, sinceMs }: Since): boolean {
  return (
    event.namespace === undefined &&
    (event.profile === profile || event.profile.startsWith(`${profile}//`)) &&
    (event.timeMs ?? sinceMs) >= sinceMs &&
    !isOfProbe(event)
  );
}

export function eventsOf(events: readonly AccessEvent[], since: Since): readonly AccessEvent[] {
  return events.filter((event) => isOf(event, since));
}

/** What would have been denied if the profile had been enforced, or was, because it says so. */
export function denialsIn(events: readonly AccessEvent[]): readonly AccessEvent[] {
  return events.filter(isDenial);
}

function isDenial({ verdict }: AccessEvent): boolean {
  return verdict === 'ALLOWED' || verdict === 'DENIED' || verdict === 'KILLED';
}

/** The rules that would be enforced: compiled, and as they are written. */
export interface Rules {
  readonly compiled: readonly CompiledProfile[];
  readonly written: readonly Profile[];
}

/**
 * Counts accesses that would be denied, and by no rule that means to: what is written may have changed since they were recorded.
 * Where that can't be told, what was recorded counts.
 */
export class DenialCount {
  readonly #written: Rules['written'];
  readonly #denials: RunningReplay;
  readonly #allowed: RunningReplay;
  #undecided = 0;

  constructor({ compiled, written }: Rules) {
    this.#written = written;
    this.#denials = new RunningReplay(compiled);
    this.#allowed = new RunningReplay(compiled);
  }

  add(event: AccessEvent): void {
    if (event.verdict === 'AUDIT') this.#allowed.add(event);
    else if (isDenial(event) && !isDeniedOnPurpose(this.#written, event)) {
      // With these no rule decided: a name that could not be looked up, a profile that was not there.
      if (event.info === undefined) this.#denials.add(event);
      else this.#undecided += 1;
    }
  }

  get count(): number {
    const { denied, unknown } = this.#denials.result().counts;
    return this.#undecided + denied + unknown + this.#allowed.result().counts.denied;
  }
}
