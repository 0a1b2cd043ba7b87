import type { ByteText } from '../../../../core/byte-text.ts';
import type { Known } from '../../state.ts';

const MS_PER_SECOND = 1000;

/** The first record of auditd's files, oldest first: what was before it has been rotated away, or was never written. */
export function auditReach(texts: readonly ByteText[]): Known<number> {
  for (const text of texts) {
    const [, seconds] = /\baudit\(([0-9]{1,11})\.[0-9]{3}:/.exec(text) ?? [];
    if (seconds !== undefined) return { kind: 'known', value: Number(seconds) * MS_PER_SECOND };
  }
  return { kind: 'unknown', reason: 'how far back the log of auditd reaches can’t be told: it has no record' };
}

/** What prints when each boot that the journal still has began; newer versions with a line of titles above (journalctl(1)). */
export const LIST_BOOTS = ['env', 'LC_ALL=C', 'TZ=UTC', 'journalctl', '--quiet', '--no-pager', '--list-boots'] as const;

/** The first entry of the oldest boot: all that is older was thrown away. */
export function journalReach(listed: ByteText): Known<number> {
  const [, day, time] = /([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) UTC/.exec(listed) ?? [];
  const timeMs = day === undefined || time === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(timeMs)
    ? { kind: 'unknown', reason: 'how far back the journal reaches can’t be told' }
    : { kind: 'known', value: timeMs };
}
