/** What `freehold confine log` shows: accesses of programs that AppArmor confines, alike ones together. Texts of machines are shown, not raw. */
export interface AccessLogReport {
  readonly format: 'freehold.access-log/1';
  readonly tool: { readonly name: 'freehold'; readonly version: string };
  /** The machine; absent where files were named. */
  readonly host?: string;
  readonly sources: readonly AccessLogSource[];
  readonly counts: AccessLogCounts;
  readonly lost: {
    /** What single lines say, or how far the kernel's counter rose in them. */
    readonly atLeast: number;
    /** The kernel's counter since the machine started; `null` where it isn't known. */
    readonly sinceStart: number | null;
    /** Why not. */
    readonly unknown?: string;
    readonly lines: readonly (AccessLogLine & { readonly cause: string })[];
  };
  readonly unreadable: readonly AccessLogLine[];
  readonly impostors: readonly AccessLogLine[];
  /** By profile, the most frequent of each first. */
  readonly groups: readonly AccessGroup[];
  /** Groups that are not listed. */
  readonly leftOut: number;
}

export type AccessLogSource =
  | {
      readonly kind: 'read';
      readonly name: string;
      readonly bytes: number;
      readonly records: number;
      readonly incomplete?: string;
    }
  | { readonly kind: 'not-read'; readonly name: string; readonly reason: string };

export interface AccessLogCounts {
  readonly lines: number;
  readonly events: number;
  readonly statuses: number;
  readonly duplicates: number;
  readonly forgeable: number;
  readonly outside: number;
  readonly undated: number;
  readonly lostLines: number;
  readonly unreadableLines: number;
  readonly impostorLines: number;
  /** Events of more different kinds than are kept apart. */
  readonly ungrouped: number;
}

export interface AccessLogLine {
  readonly source: string;
  readonly line: number;
  readonly text: string;
}

export interface AccessGroup {
  readonly profile: string;
  readonly namespace?: string;
  readonly verdict: 'ALLOWED' | 'DENIED' | 'AUDIT' | 'KILLED' | 'HINT';
  readonly class: string;
  readonly operation: string;
  /** Letters as logged: `rwc`, `send`. */
  readonly requested: string;
  /** What it was done to: a path, an address, a peer, a capability. */
  readonly object: string;
  readonly info?: string;
  readonly count: number;
  /** UTC, ISO 8601. */
  readonly firstAt?: string;
  readonly lastAt?: string;
}
