import type { Severity } from '../../../core/severity.ts';
import type { Package } from '../inventory/package.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Place } from '../state.ts';
import { ratingOf } from './severity.ts';
import { adviceOf } from './statement-text.ts';
import type { Vulnerability } from './vulnerability.ts';

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
export function adviceOn(vulnerability: Vulnerability, { name }: Package): string {
  const { fixedIn } = vulnerability;
  const own =
    fixedIn === undefined
      ? `Do without ${name}, or accept the risk with a waiver: nothing mends it yet.`
      : `Upgrade ${name} to ${fixedIn} or newer.`;
  return `${own}${adviceOf(vulnerability)}`;
}
