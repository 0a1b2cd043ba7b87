import type { AdvisoryHit } from '../../../core/advisory.ts';
import type { Package } from '../inventory/package.ts';
import { advisedAs, knownAgainst, leastUnaffected } from './ecosystem.ts';
import type { Knowledge, Place } from '../state.ts';
import type { Want } from '../proposal.ts';

/** What is published about a package; empty where there is nothing. */
export type About = (one: Package) => readonly AdvisoryHit[];

export interface Wanted {
  readonly wants: readonly Want[];
  /** Why nothing can be wanted for a package that is affected, by key. */
  readonly hopeless: ReadonlyMap<string, string>;
}

export function aboutBy(knowledge: Knowledge): About {
  if (knowledge.kind === 'none') return () => [];
  return (one) => {
    const advised = advisedAs(one);
    return advised === undefined ? [] : (knowledge.hits.get(`${one.ecosystem}/${advised.name}`) ?? []);
  };
}

/** The names of the weaknesses that a package has for sure. */
export function weaknessesOf(one: Package, about: About): readonly string[] {
  const advised = advisedAs(one);
  if (advised === undefined) return [];
  return knownAgainst(one.ecosystem, advised.version, about(one)).flatMap(({ id, verdict }) =>
    verdict === 'affected' ? [id] : [],
  );
}

/** Says which finding is to be mended: what somebody has accepted stays as it is. */
export type IsToBeMended = (weakness: string, one: Package, place: Place) => boolean;

export function wantedIn(place: Place, about: About, isToBeMended: IsToBeMended): Wanted {
  const wants: Want[] = [];
  const hopeless = new Map<string, string>();
  for (const one of place.packages) {
    if (!weaknessesOf(one, about).some((weakness) => isToBeMended(weakness, one, place))) continue;
    const installed = advisedAs(one)?.version ?? '';
    const target = leastUnaffected(one.ecosystem, installed, about(one));
    if (target === undefined) hopeless.set(one.key, `No version of ${one.name} is published that mends it.`);
    else wants.push({ package: one, target });
  }
  return { wants, hopeless };
}
