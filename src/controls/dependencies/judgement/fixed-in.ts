import type { Affected } from '../../../core/advisory.ts';
import type { Matching } from '../advisory/affected.ts';
import { verdictOn } from '../advisory/affected.ts';

/**
 * The least version above the installed one that an advisory calls fixed and doesn't call affected again; `undefined` where it
 * names none.
 */
export function fixedIn<Version>(
  installed: string,
  affected: Affected,
  matching: Matching<Version>,
): string | undefined {
  const { parse, compare } = matching.scheme;
  const from = parse(installed);
  if (from === undefined) return undefined;
  const candidates = affected.ranges
    .flatMap(({ events }) => events)
    .flatMap(({ kind, version }) => {
      const parsed = kind === 'fixed' ? parse(version) : undefined;
      return parsed !== undefined && compare(parsed, from) > 0 ? [{ version, parsed }] : [];
    })
    .toSorted((a, b) => compare(a.parsed, b.parsed));
  return candidates.find(({ version }) => verdictOn(version, affected, matching) === 'not-affected')?.version;
}

/**
 * The least version above the installed one that no advisory is about, of all that advisories call fixed; `undefined` where
 * they name none. Somebody who has a release gets one.
 */
export function leastUnaffectedBy<Version>(
  installed: string,
  all: readonly Affected[],
  { isPreRelease, ...matching }: Matching<Version> & { readonly isPreRelease: (version: Version) => boolean },
): string | undefined {
  const { parse, compare } = matching.scheme;
  const from = parse(installed);
  if (from === undefined) return undefined;
  const events = all.flatMap(({ ranges }) => ranges.flatMap((range) => range.events));
  const named = events.filter(({ kind }) => kind === 'fixed').map(({ version }) => version);
  const candidates = [...new Set(named)].flatMap((text) => {
    const version = parse(text);
    if (version === undefined || compare(version, from) <= 0) return [];
    return isPreRelease(version) && !isPreRelease(from) ? [] : [{ text, version }];
  });
  return candidates
    .toSorted((a, b) => compare(a.version, b.version))
    .find(({ text }) => all.every((affected) => verdictOn(text, affected, matching) === 'not-affected'))?.text;
}

/** Of several versions, each of which mends one thing, the one that mends all: the highest. */
export function highest<Version>(versions: readonly string[], { scheme }: Matching<Version>): string | undefined {
  const parsed = versions.flatMap((version) => {
    const one = scheme.parse(version);
    return one === undefined ? [] : [{ version, one }];
  });
  return parsed.toSorted((a, b) => scheme.compare(a.one, b.one)).at(-1)?.version;
}
