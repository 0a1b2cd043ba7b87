import { plural } from '../../../core/describe.ts';
import type { SoakWish } from '../policy.ts';
import type { SoakEvidence } from '../state.ts';

/** Whether a profile has been in complain mode for long enough to be enforced. */
export type SoakVerdict =
  | { readonly kind: 'ready' }
  /** One sentence for each thing that is missing, or that nobody knows. */
  | { readonly kind: 'waiting'; readonly reasons: readonly string[] };

const MS_PER_DAY = 24 * 60 * 60 * 1000;

/** Holds what was seen against what is wished; what isn't known counts as not seen. */
export function judgeSoak(evidence: SoakEvidence, wish: SoakWish, nowMs: number): SoakVerdict {
  const reasons = [
    ...sinceReasons(evidence, wish, nowMs),
    ...runReasons(evidence, wish),
    ...noneOf(evidence.lost, (count) => `${plural(count, 'record')} of the audit ${count === 1 ? 'was' : 'were'} lost`),
    ...noneOf(evidence.denials, (count) => `it would have denied ${plural(count, 'access', 'accesses')}`),
  ];
  const all = [...new Set(reasons)];
  return all.length === 0 ? { kind: 'ready' } : { kind: 'waiting', reasons: all };
}

/** Days count as far as there are logs of them: what they have lost again may have been anything. */
function sinceReasons({ since, reach }: SoakEvidence, { days }: SoakWish, nowMs: number): readonly string[] {
  if (days === 0) return [];
  if (since.kind === 'unknown') return [since.reason];
  if (nowMs - since.value < days * MS_PER_DAY)
    return [
      `it has been in complain mode ${howLong(nowMs - since.value)}, since ${new Date(since.value).toISOString()}; wanted ${plural(days, 'day')}`,
    ];
  if (reach.kind === 'unknown') return [reach.reason];
  if (nowMs - reach.value >= days * MS_PER_DAY) return [];
  return [
    `the logs go back ${howLong(nowMs - reach.value)}, to ${new Date(reach.value).toISOString()}; wanted ${plural(days, 'day')} (num_logs and max_log_file of auditd.conf)`,
  ];
}

function howLong(passedMs: number): string {
  return passedMs < MS_PER_DAY ? 'for less than a day' : `for ${plural(Math.floor(passedMs / MS_PER_DAY), 'day')}`;
}

function runReasons({ runs }: SoakEvidence, wish: SoakWish): readonly string[] {
  if (wish.runs === 0) return [];
  if (runs.kind === 'unknown') return [runs.reason];
  return runs.value >= wish.runs
    ? []
    : [
        `${plural(runs.value, 'run')} of it ${runs.value === 1 ? 'was' : 'were'} seen; wanted ${String(wish.runs)} (\`auditctl -w PROGRAM -p x -k freehold\` has each written down)`,
      ];
}

function noneOf(count: SoakEvidence['lost'], say: (count: number) => string): readonly string[] {
  if (count.kind === 'unknown') return [count.reason];
  return count.value === 0 ? [] : [say(count.value)];
}
