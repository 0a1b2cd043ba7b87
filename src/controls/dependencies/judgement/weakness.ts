import type { Severity } from '../../../core/severity.ts';
import type { Package } from '../inventory/package.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Place } from '../state.ts';
import { ratingOf } from './severity.ts';
import { adviceOf } from './statement-text.ts';
import type { Vulnerability } from './vulnerability.ts';

/**
 * The finding about one weakness of a package in a place; waivers go by it. Where the place has several versions of the package, as
 * node_modules may, the version tells them apart.
 */
export function weaknessId({ id }: Pick<Vulnerability, 'id'>, one: Package, place: Place): string {
  const { ecosystem, name, version = '' } = one;
  const suffix = namesWithSeveralVersions(place).has(name) ? `@${version}` : '';
  return `dependencies/vulnerability/${id}/${ecosystem}/${name}${suffix}${place.path}`;
}

/** Places don't change: each is gone through once, however many findings it has. */
const known = new WeakMap<Place, ReadonlySet<string>>();

function namesWithSeveralVersions(place: Place): ReadonlySet<string> {
  const names = known.get(place) ?? findSeveralVersions(place);
  known.set(place, names);
  return names;
}

function findSeveralVersions({ packages }: Place): ReadonlySet<string> {
  const versions = new Map<string, string | undefined>();
  const several = new Set<string>();
  for (const { name, version } of packages) {
    if (versions.has(name) && versions.get(name) !== version) several.add(name);
    versions.set(name, version);
  }
  return several;
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
