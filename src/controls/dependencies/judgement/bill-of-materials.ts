import type { BilledComponent, BilledVulnerability, BillOfMaterials } from '../../../core/bill-of-materials.ts';
import { describeLocation } from '../../../core/describe.ts';
import type { Waiver } from '../../../core/waiver.ts';
import type { Facts } from '../../../host/host.ts';
import type { Package } from '../inventory/package.ts';
import { packageUrlOf } from '../package-url/write.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { DependenciesState, Place } from '../state.ts';
import { knownIn } from './known-in-place.ts';
import type { Vulnerability } from './vulnerability.ts';
import { severityOf, weaknessId } from './weakness.ts';

export interface BillOptions {
  readonly policy: DependenciesPolicy;
  readonly facts: Facts;
  /** Of Freehold itself. */
  readonly version: string;
  readonly createdAt: Date;
  /** What is accepted, by the id of the finding. */
  readonly waived: ReadonlyMap<string, Waiver>;
}

/** What is there, with what is known against it; what a distribution's packages brought into a place is in it as those packages. */
export function billOfMaterials(state: DependenciesState, options: BillOptions): BillOfMaterials {
  const { facts, policy, version, createdAt } = options;
  const { address, hostname, os, osVersion, architecture } = facts;
  const own = state.places.filter(({ managedBy }) => managedBy === undefined);
  const problems = [...state.problems, ...own.flatMap((place) => place.problems)];
  return {
    machine: { address, hostname, os, osVersion, arch: architecture },
    tool: { name: 'freehold', version },
    createdAt: createdAt.toISOString(),
    places: own.map((place) => {
      const knownOf = knownIn(place, state.knowledge, policy);
      const components = place.packages.map((one) => {
        const isJudged = policy.development || one.isDevelopment !== true;
        const known = isJudged ? knownOf(one) : [];
        const subject = { place, one, options };
        return toComponent(
          one,
          known.map((vulnerability) => toVulnerability(vulnerability, subject)),
          facts,
        );
      });
      return { kind: place.kind, path: place.path, components };
    }),
    problems: problems.map(({ where, message }) => `${describeLocation(where)}: ${message}`),
  };
}

function toComponent(one: Package, vulnerabilities: readonly BilledVulnerability[], facts: Facts): BilledComponent {
  const { key, ecosystem, name, version, origin, isDirect, isDevelopment, requires } = one;
  const purl = packageUrlOf(one, facts);
  return {
    key,
    ecosystem,
    name,
    version,
    ...(purl !== undefined && { purl }),
    ...(origin !== undefined && { origin }),
    ...(isDirect !== undefined && { isDirect }),
    ...(isDevelopment !== undefined && { isDevelopment }),
    requires,
    vulnerabilities,
  };
}

interface Subject {
  readonly place: Place;
  readonly one: Package;
  readonly options: BillOptions;
}

function toVulnerability(vulnerability: Vulnerability, { place, one, options }: Subject): BilledVulnerability {
  const { id, aliases, summary, rating, fixedIn, verdict, statement } = vulnerability;
  const waiver = options.waived.get(weaknessId(vulnerability, one, place));
  return {
    id,
    aliases,
    summary,
    severity: severityOf(vulnerability, options.policy),
    ...(rating?.score !== undefined && { score: rating.score }),
    ...(rating?.vector !== undefined && { vector: rating.vector }),
    ...(fixedIn !== undefined && { fixedIn }),
    verdict,
    ...(statement !== undefined && { statement }),
    ...(waiver !== undefined && {
      waiver: { reason: waiver.reason, owner: waiver.owner, expires: waiver.expires },
    }),
  };
}
