import type { AdvisoryHit } from '../../../core/advisory.ts';
import type { Package } from '../inventory/package.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Knowledge } from '../state.ts';
import { advisedAs, knownAgainst } from './ecosystem.ts';
import type { Vulnerability } from './vulnerability.ts';

/** What is published about a package, whatever its version; nothing where nothing is known of any. */
export function publishedAbout(one: Package, knowledge: Knowledge): readonly AdvisoryHit[] {
  const advised = advisedAs(one);
  return advised === undefined || knowledge.kind === 'none' ? [] : (knowledge.hits.get(advised.key) ?? []);
}

/** What is known against a package, sorted by id. */
export function weaknessesOf(one: Package, knowledge: Knowledge): readonly Vulnerability[] {
  const version = advisedAs(one)?.version;
  return version === undefined ? [] : knownAgainst(one.ecosystem, version, publishedAbout(one, knowledge));
}

/** Whether a package is judged by this policy. */
export function isJudged({ isDevelopment }: Package, { development }: DependenciesPolicy): boolean {
  return development || isDevelopment !== true;
}
