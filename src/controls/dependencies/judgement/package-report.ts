import type { AdvisoryHit } from '../../../core/advisory.ts';
import type { PackageReport, PackageVulnerability } from '../../../core/package-report.ts';
import type { Package } from '../inventory/package.ts';
import { normalName } from '../advisory/package-name.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { DependenciesState, Place } from '../state.ts';
import { isVersion, sortVersions } from './ecosystem.ts';
import { knownIn } from './known-in-place.ts';
import { isExcluded } from './statement-text.ts';
import { isJudged } from './published.ts';

/** Every package of every place with what is known against it and not excluded by a statement, in the order of the places. */
export function packageReports(
  { places, knowledge }: DependenciesState,
  policy: DependenciesPolicy,
): readonly PackageReport[] {
  return places.flatMap((place) => {
    const knownOf = knownIn(place, knowledge, policy);
    return place.packages
      .filter((one) => isJudged(one, policy))
      .map((one): PackageReport => {
        const affected = knownOf(one).filter((known) => known.verdict === 'affected' && !isExcluded(known));
        const skipped = affected.length > 0 ? undefined : whySkipped(one, place);
        return {
          ecosystem: one.ecosystem,
          name: normalName(one.ecosystem, one.name),
          version: one.version,
          place: place.path,
          ...(skipped !== undefined && { skipped }),
          vulnerabilities: affected.flatMap(({ hits: own }) => own).map((hit) => toReport(hit, one)),
        };
      });
  });
}

/** The second sentence is pip-audit's own. */
function whySkipped({ ecosystem, name, version }: Package, { path }: Place): string | undefined {
  if (version === undefined) return `no version of ${name} is fixed in ${path}`;
  if (isVersion(ecosystem, version)) return undefined;
  return `Package has invalid version and could not be audited: ${name} (${version})`;
}

function toReport({ id, aliases, description, affected }: AdvisoryHit, { ecosystem }: Package): PackageVulnerability {
  const fixed = affected.ranges
    .flatMap(({ events }) => events)
    .filter(({ kind }) => kind === 'fixed')
    .map(({ version }) => version);
  return { id, aliases, description, fixVersions: sortVersions(ecosystem, [...new Set(fixed)]) };
}
