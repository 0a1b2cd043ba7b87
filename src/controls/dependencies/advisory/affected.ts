import type { Affected, AffectedRange, RangeEvent } from '../../../core/advisory.ts';
import type { VersionScheme } from '../version/scheme.ts';

/** `unknown`: a version is none, so nobody can tell; that is not the same as clean. */
export type Verdict = 'affected' | 'not-affected' | 'unknown';

/** Where everything begins: `introduced: 0` comes before every version there is. */
const BEGINNING = '0';
const NO_LIMIT = '*';

/** How an ecosystem's versions are held against an advisory's. */
export interface Matching<Version> {
  readonly scheme: VersionScheme<Version>;
  /** The version as a bound sees it; for Python, a build of one's own (`1.0+cu118`) is its release unless the bound has such a part itself. */
  readonly seenBy?: (version: Version, bound: Version) => Version;
  /** Other versions by whose name it is meant as well. */
  readonly alsoNamed?: (version: Version) => readonly Version[];
}

/**
 * Whether an installed version is affected: named, or within a range. The rules are "Evaluation" of the OSV schema.
 * What can't be compared makes the answer `unknown` unless something else says `affected`.
 */
export function verdictOn<Version>(text: string, affected: Affected, matching: Matching<Version>): Verdict {
  // What is no version may be named all the same.
  if (affected.versions.includes(text)) return 'affected';
  const version = matching.scheme.parse(text);
  if (version === undefined) return 'unknown';
  if (isNamed(version, affected, matching)) return 'affected';
  const verdicts = affected.ranges.map((range) => verdictInRange(version, range, matching));
  if (verdicts.includes('affected')) return 'affected';
  return verdicts.includes('unknown') ? 'unknown' : 'not-affected';
}

function isNamed<Version>(version: Version, { versions }: Affected, { scheme, alsoNamed }: Matching<Version>): boolean {
  const meant = alsoNamed === undefined ? [version] : [version, ...alsoNamed(version)];
  return meant.some((one) => versions.includes(scheme.spell(one)));
}

function verdictInRange<Version>(
  version: Version,
  { events, limits }: AffectedRange,
  matching: Matching<Version>,
): Verdict {
  const parsed = parseEvents(events, matching.scheme);
  const bounds = limits.filter((limit) => limit !== NO_LIMIT).map((limit) => matching.scheme.parse(limit));
  if (parsed === undefined || bounds.includes(undefined)) return 'unknown';
  const isLimited = bounds.length > 0 && bounds.length === limits.length;
  if (isLimited && !bounds.some((bound) => bound !== undefined && distance(version, bound, matching) < 0))
    return 'not-affected';
  return intervalsOf(parsed, matching.scheme).some((interval) => isWithin(version, interval, matching))
    ? 'affected'
    : 'not-affected';
}

interface ParsedEvent<Version> {
  readonly kind: RangeEvent['kind'];
  /** `undefined`: before every version. */
  readonly at: Version | undefined;
}

/** `undefined` when an event is at no version. */
function parseEvents<Version>(
  events: readonly RangeEvent[],
  { parse }: VersionScheme<Version>,
): readonly ParsedEvent<Version>[] | undefined {
  const parsed: ParsedEvent<Version>[] = [];
  for (const { kind, version } of events) {
    const isBeginning = kind === 'introduced' && version === BEGINNING;
    const at = isBeginning ? undefined : parse(version);
    if (at === undefined && !isBeginning) return undefined;
    parsed.push({ kind, at });
  }
  return parsed;
}

interface Interval<Version> {
  readonly from: Version | undefined;
  /** Absent while nothing ends it. */
  readonly end?: ParsedEvent<Version>;
}

/**
 * Each `introduced` with the end that was written for it. Published records overlap (PYSEC-2021-114 has 2.11 to 2.11.7 and 0 to
 * 2.11.6), and where one begins at the very version at which another ends: sorting all events, as OSV's own evaluation does,
 * would lose what lies in between. Events that are not written in turns are sorted first.
 */
function intervalsOf<Version>(
  events: readonly ParsedEvent<Version>[],
  scheme: VersionScheme<Version>,
): readonly Interval<Version>[] {
  const areInTurns = events.every(({ kind }, index) => (index % 2 === 0) === (kind === 'introduced'));
  const intervals: Interval<Version>[] = [];
  let open: Interval<Version> | undefined;
  for (const event of areInTurns ? events : sorted(events, scheme)) {
    if (event.kind === 'introduced') open ??= { from: event.at };
    else if (open !== undefined) {
      intervals.push({ ...open, end: event });
      open = undefined;
    }
  }
  return open === undefined ? intervals : [...intervals, open];
}

function sorted<Version>(
  events: readonly ParsedEvent<Version>[],
  { compare }: VersionScheme<Version>,
): readonly ParsedEvent<Version>[] {
  return events.toSorted((a, b) => {
    if (a.at === undefined || b.at === undefined) return Number(a.at !== undefined) - Number(b.at !== undefined);
    return compare(a.at, b.at);
  });
}

function isWithin<Version>(version: Version, { from, end }: Interval<Version>, matching: Matching<Version>): boolean {
  if (from !== undefined && distance(version, from, matching) < 0) return false;
  if (end?.at === undefined) return true;
  const afterEnd = distance(version, end.at, matching);
  return end.kind === 'fixed' ? afterEnd < 0 : afterEnd <= 0;
}

function distance<Version>(version: Version, bound: Version, { scheme, seenBy }: Matching<Version>): number {
  return scheme.compare(seenBy === undefined ? version : seenBy(version, bound), bound);
}
