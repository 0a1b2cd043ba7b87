/** What came of trying a profile from inside. */
export const PROBE_RESULTS = [
  'denied-and-logged',
  /** A rule says `deny` without `audit`. */
  'denied-not-logged-on-purpose',
  'denied-not-logged',
  'allowed',
  'unknown',
] as const;

export type ProbeResult = (typeof PROBE_RESULTS)[number];

/** One program whose profile was tried. Texts of machines are shown, not raw. */
export interface ProgramProbe {
  readonly program: string;
  /** `null` where the program has none. */
  readonly profile: string | null;
  /** In which the process was that tried it: `enforce`, `complain`, `kill`; `null` where none was inside. */
  readonly mode: string | null;
  /** The file that was to be opened for reading; `null` where nothing was tried. */
  readonly file: string | null;
  readonly result: ProbeResult;
  /** What was seen, in sentences. */
  readonly summary: string;
  /** What the kernel wrote of it. */
  readonly record: ProbeRecord | null;
  /** Rules of the source that keep the denial out of the log. */
  readonly rules: readonly { readonly text: string; readonly path: string; readonly line: number }[];
}

export interface ProbeRecord {
  readonly verdict: string;
  readonly operation: string;
  readonly denied: string;
  readonly pid: number;
  /** UTC, ISO 8601; `null` where the record has no time. */
  readonly at: string | null;
}

/** What `freehold confine probe` shows. */
export interface ProbeReport {
  readonly format: 'freehold.confine-probe/1';
  readonly tool: { readonly name: 'freehold'; readonly version: string };
  /** The machine. */
  readonly host: string;
  /** Sorted by program. */
  readonly probes: readonly ProgramProbe[];
}
