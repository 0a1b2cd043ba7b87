import type { Package } from '../inventory/package.ts';
import type { Want } from '../proposal.ts';
import type { Knowledge, Place } from '../state.ts';
import { advisedAs, leastUnaffected } from './ecosystem.ts';
import { publishedAbout, weaknessesOf } from './published.ts';

export interface Wanted {
  readonly wants: readonly Want[];
  /** Why nothing can be wanted for a package that is affected, by key. */
  readonly hopeless: ReadonlyMap<string, string>;
}

/** The names of the weaknesses that a package has for sure. */
export function certainWeaknesses(one: Package, knowledge: Knowledge): readonly string[] {
  return weaknessesOf(one, knowledge).flatMap(({ id, verdict }) => (verdict === 'affected' ? [id] : []));
}

/** Says which finding is to be mended: what somebody has accepted stays as it is. */
export type IsToBeMended = (weakness: string, one: Package, place: Place) => boolean;

/** What must change in a place, and to what. */
export function wantedIn(place: Place, knowledge: Knowledge, isToBeMended: IsToBeMended): Wanted {
  const wants: Want[] = [];
  const hopeless = new Map<string, string>();
  for (const one of place.packages) {
    if (!certainWeaknesses(one, knowledge).some((weakness) => isToBeMended(weakness, one, place))) continue;
    if (isOwnBuild(one)) {
      const reason = `${one.name} ${one.version ?? ''} is a build of its own: a release would not be the same. Upgrade it where it comes from.`;
      hopeless.set(one.key, reason);
      continue;
    }
    const target = leastUnaffected(one.ecosystem, advisedAs(one)?.version ?? '', publishedAbout(one, knowledge));
    if (target === undefined) hopeless.set(one.key, `No version of ${one.name} is published that mends it.`);
    else wants.push({ package: one, target });
  }
  return { wants, hopeless };
}

/** "Local version identifiers" of PEP 440: `2.0+cu118`. */
function isOwnBuild({ ecosystem, version = '' }: Package): boolean {
  return ecosystem === 'PyPI' && version.includes('+');
}
