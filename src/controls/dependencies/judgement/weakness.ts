import type { AdvisoryHit } from '../../../core/advisory.ts';
import type { Severity } from '../../../core/severity.ts';
import type { Package } from '../inventory/package.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Knowledge, Place } from '../state.ts';
import { advisedAs, knownAgainst } from './ecosystem.ts';
import { ratingOf } from './severity.ts';
import { adviceOf } from './statement-text.ts';
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

/** The finding about one weakness of a package in a place; waivers go by it. */
export function weaknessId({ id }: Pick<Vulnerability, 'id'>, { ecosystem, name }: Package, { path }: Place): string {
  return `dependencies/vulnerability/${id}/${ecosystem}/${name}${path}`;
}

/** What is exploited is critical, whatever its score. */
export function severityOf({ group, exploited }: Vulnerability, { unscored }: DependenciesPolicy): Severity {
  if (exploited !== undefined) return 'critical';
  return ratingOf(group)?.severity ?? unscored;
}

/** What a person can do about it, and what its supplier says is to be done. */
export function adviceOn(vulnerability: Vulnerability, { name, ecosystem }: Package): string {
  const { fixedIn } = vulnerability;
  const own =
    fixedIn === undefined
      ? `Do without ${name}, or accept the risk with a waiver: nothing mends it yet.`
      : `Upgrade ${name} to ${fixedIn} or newer${ecosystem === 'Debian' ? ' (apt upgrade)' : ''}.`;
  return `${own}${adviceOf(vulnerability)}`;
}

/** Whether a package is judged by this policy. */
export function isJudged({ isDevelopment }: Package, { development }: DependenciesPolicy): boolean {
  return development || isDevelopment !== true;
}
