import type { AccessEvent } from '../../../apparmor/log/event.ts';
import type { ByteText } from '../../../core/byte-text.ts';
import type { Known } from '../state.ts';
import { DenialCount, isOf, type Rules, type Since } from './evidence.ts';
import { execsIn } from './execs.ts';

export interface TallyWish extends Since {
  /** Where its links lead. */
  readonly program: ByteText;
}

/** What logs say of one program that is watched, counted as they are read. */
export class WatchedTally {
  readonly #wish: TallyWish;
  readonly #denials: Known<DenialCount>;
  readonly #pids = new Set<string>();

  constructor(wish: TallyWish, rules: Known<Rules>) {
    this.#wish = wish;
    this.#denials = rules.kind === 'unknown' ? rules : { kind: 'known', value: new DenialCount(rules.value) };
  }

  add(event: AccessEvent): void {
    if (!isOf(event, this.#wish)) return;
    if (event.pid !== undefined) this.#pids.add(String(event.pid));
    if (this.#denials.kind === 'known') this.#denials.value.add(event);
  }

  /** A file of auditd, for what else is in it. */
  addStarts(text: ByteText): void {
    for (const pid of execsIn(text, this.#wish)) this.#pids.add(pid);
  }

  get runs(): number {
    return this.#pids.size;
  }

  get denials(): Known<number> {
    return this.#denials.kind === 'unknown' ? this.#denials : { kind: 'known', value: this.#denials.value.count };
  }
}
