import type { ByteText } from '../../core/byte-text.ts';

/** What AppArmor says of itself: a profile was loaded, replaced or removed, or could not be. */
export interface StatusRecord {
  readonly kind: 'status' | 'error';
  /** `profile_load`, `profile_replace`, `profile_remove` …; absent in what the kernel says at boot. */
  readonly operation?: string;
  /** Who did it: the label of the program that loads. */
  readonly profile?: ByteText;
  /** The profile that it was done to. */
  readonly name?: ByteText;
  readonly namespace?: ByteText;
  readonly info?: string;
  readonly errorCode?: number;
  readonly pid?: number;
  readonly comm?: ByteText;
  readonly timeMs?: number;
  readonly serial?: number;
}

/** A line of a log, as `path:12`; lines count from 1. */
export interface LogPlace {
  readonly source: string;
  readonly line: number;
}

/** Why records are missing. */
export type LossCause =
  /** More records waited for auditd than `audit_backlog_limit`. */
  | 'backlog'
  /** More records a second than `auditctl -r` allows. */
  | 'rate-limit'
  /** Without auditd records go through printk, which writes ten messages in five seconds. */
  | 'printk-limit'
  /** The kernel's ring was overwritten before it was read. */
  | 'ring-overrun'
  /** The kernel had no memory for the record, or could not send it. */
  | 'kernel'
  /** auditd, journald or rsyslog dropped it. */
  | 'daemon';

/** A line that says that records were lost. */
export interface LostRecord extends LogPlace {
  readonly cause: LossCause;
  /** How many; absent where the line doesn't say. */
  readonly count?: number;
  /** All that were lost since the machine started, as the kernel counts. */
  readonly total?: number;
  readonly text: ByteText;
}

/** A line that has a record in it, or a part of one, which can't be told for sure. */
export interface UnreadableLine extends LogPlace {
  readonly reason: string;
}

/** What was seen besides the events. Lists hold the first {@link MAX_LISTED} of their kind; the numbers count all. */
export interface LogSummary {
  readonly lines: number;
  readonly events: number;
  readonly statuses: number;
  /** The same record once more, from another source. */
  readonly duplicates: number;
  /** Events whose line any local user could have written: text logs don't keep who wrote a line. */
  readonly forgeable: number;
  readonly lost: readonly LostRecord[];
  readonly lostLines: number;
  readonly unreadable: readonly UnreadableLine[];
  readonly unreadableLines: number;
  /** Lines that look like the kernel's but were written by a program: not events. */
  readonly impostors: readonly UnreadableLine[];
  readonly impostorLines: number;
}

export const MAX_LISTED = 1000;

/** How many records are known to be missing, at least: what single lines say, or how far the kernel's counter rose. */
export function lostAtLeast(lost: readonly LostRecord[]): number {
  let told = 0;
  let untold = 0;
  let risen = 0;
  let before: number | undefined;
  for (const { count, total } of lost) {
    if (count !== undefined) told += count;
    else if (total === undefined) untold += 1;
    else {
      // It starts again with the machine; what was lost before the log begins is not of this log.
      risen += before === undefined || total < before ? 1 : total - before;
      before = total;
    }
  }
  return Math.max(told + risen, untold);
}
