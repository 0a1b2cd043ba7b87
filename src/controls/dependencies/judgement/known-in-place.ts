import type { Package } from '../inventory/package.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Knowledge, Place } from '../state.ts';
import type { Vulnerability } from './vulnerability.ts';
import { weaknessesOf } from './published.ts';

/** What is known against each package of a place, with what suppliers say of it. */
export function knownIn(
  place: Place,
  knowledge: Knowledge,
  { products }: Pick<DependenciesPolicy, 'products'>,
): (one: Package) => readonly Vulnerability[] {
  if (knowledge.kind === 'none') return () => [];
  const { vex } = knowledge;
  if (vex === undefined) return (one) => weaknessesOf(one, knowledge);
  const withStatement = vex.statementsIn(place, products);
  return (one) => weaknessesOf(one, knowledge).map((vulnerability) => withStatement(vulnerability, one));
}
