/** A log and what was rotated away from it. */
interface Rotated {
  readonly name: string;
  /** Which comes first: dated before numbered before the log itself. */
  readonly group: number;
  /** Rises with time within its group. */
  readonly rank: number;
}

const DATED = 0;
const NUMBERED = 1;
const LIVE = 2;

/** `.1` of auditd and logrotate, `-20251126` of logrotate's dateext; packed by logrotate or not. */
const SUFFIX = /^(?:\.(\d{1,6})|-(\d{8})(?:-?(\d{1,10}))?)(?:\.gz)?$/;
const DATE_STEP = 1e10;

/** The names of a folder that belong to one log, the oldest first. */
export function rotatedLogs(names: readonly string[], log: string): readonly string[] {
  return names
    .flatMap((name) => place(name, log) ?? [])
    .toSorted((a, b) => a.group - b.group || a.rank - b.rank || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

function place(name: string, log: string): Rotated | undefined {
  if (name === log) return { name, group: LIVE, rank: 0 };
  if (!name.startsWith(log)) return undefined;
  const match = SUFFIX.exec(name.slice(log.length));
  if (match === null) return undefined;
  const [, number, date, time = '0'] = match;
  // The higher the number, the older.
  if (number !== undefined) return { name, group: NUMBERED, rank: -Number(number) };
  return { name, group: DATED, rank: Number(date) * DATE_STEP + Number(time) };
}
