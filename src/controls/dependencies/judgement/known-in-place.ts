import type { Package } from '../inventory/package.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Knowledge, Place } from '../state.ts';
import { statementsIn } from '../vex/statements-in-place.ts';
import { advisedAs, knownAgainst } from './ecosystem.ts';
import type { Vulnerability } from './vulnerability.ts';

/** What is known against each package of a place, with what suppliers say of it. */
export function knownIn(
  place: Place,
  knowledge: Knowledge,
  { products }: Pick<DependenciesPolicy, 'products'>,
): (one: Package) => readonly Vulnerability[] {
  if (knowledge.kind === 'none') return () => [];
  const { hits, vex } = knowledge;
  const withStatement = vex === undefined ? undefined : statementsIn(place, vex, products);
  return (one) => {
    const advised = advisedAs(one);
    const about = advised === undefined ? undefined : hits.get(`${one.ecosystem}/${advised.name}`);
    if (advised === undefined || about === undefined) return [];
    const known = knownAgainst(one.ecosystem, advised.version, about);
    return withStatement === undefined ? known : known.map((vulnerability) => withStatement(vulnerability, one));
  };
}
