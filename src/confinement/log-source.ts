/** A place where records of AppArmor may be, and what came of it. */
export type LogSource =
  | {
      readonly kind: 'read';
      readonly name: string;
      readonly bytes: number;
      /** Records of AppArmor in it that no source before it has. */
      readonly records: number;
      /** Why it is not all that there is. */
      readonly incomplete?: string;
    }
  | { readonly kind: 'not-read'; readonly name: string; readonly reason: string };

/** When a record has to be from, in milliseconds since 1970. */
export interface TimeBounds {
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

export function isWithin({ sinceMs, untilMs }: TimeBounds, timeMs: number): boolean {
  return (sinceMs === undefined || timeMs >= sinceMs) && (untilMs === undefined || timeMs <= untilMs);
}
