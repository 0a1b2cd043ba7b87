import type {
  BilledComponent,
  BilledKnowledge,
  BilledPlace,
  BilledVulnerability,
  BillOfMaterials,
} from '../../../core/bill-of-materials.ts';
import { describeLocation } from '../../../core/describe.ts';
import type { Waiver } from '../../../core/waiver.ts';
import type { Facts } from '../../../host/host.ts';
import type { InventoryProblem, Package } from '../inventory/package.ts';
import { packageUrlOf } from '../package-url/write.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { DependenciesState, Knowledge, Place } from '../state.ts';
import { knownIn } from './known-in-place.ts';
import { ratingOf } from './severity.ts';
import type { Vulnerability } from './vulnerability.ts';
import { isJudged } from './published.ts';
import { adviceOn, severityOf, weaknessId } from './weakness.ts';

export interface BillOptions {
  readonly policy: DependenciesPolicy;
  readonly facts: Facts;
  /** Of Freehold itself. */
  readonly version: string;
  readonly createdAt: Date;
  /** What is accepted, by the id of the finding. */
  readonly waived: ReadonlyMap<string, Waiver>;
}

/**
 * What is there, with what is known against it. What a distribution's packages brought into a place is left out: it is in the
 * bill as those packages.
 */
export function billOfMaterials(state: DependenciesState, options: BillOptions): BillOfMaterials {
  const { facts, version, createdAt } = options;
  return {
    machine: {
      address: facts.address,
      hostname: facts.hostname,
      os: facts.os,
      osVersion: facts.osVersion,
      arch: facts.architecture,
    },
    tool: { name: 'freehold', version },
    createdAt: createdAt.toISOString(),
    judgedBy: knowledgeOf(state.knowledge),
    places: state.places
      .filter(({ managedBy, packages, problems }) => managedBy === undefined && packages.length + problems.length > 0)
      .map((place) => toPlace(place, state.knowledge, options)),
    problems: state.problems.map(describeProblem),
  };
}

function knowledgeOf(knowledge: Knowledge): BilledKnowledge {
  if (knowledge.kind === 'none') return { kind: 'none', reason: knowledge.reason };
  return {
    kind: 'advisories',
    sources: knowledge.sources.map(({ origin, readAt }) => ({ origin, readAt })),
    uncovered: [...knowledge.uncovered].sort(),
  };
}

function toPlace(place: Place, knowledge: Knowledge, options: BillOptions): BilledPlace {
  const knownOf = knownIn(place, knowledge, options.policy);
  const components = place.packages.map((one) => {
    const known = isJudged(one, options.policy) ? knownOf(one) : [];
    const vulnerabilities = known.map((vulnerability) => toVulnerability(vulnerability, { place, one, options }));
    return toComponent(one, vulnerabilities, options.facts);
  });
  return {
    kind: place.kind,
    path: place.path,
    components: components.toSorted((a, b) => Number(a.key > b.key) - Number(a.key < b.key)),
    problems: place.problems.map(describeProblem),
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
  const { id, aliases, summary, group, fixedIn, verdict, hits, statement } = vulnerability;
  const rating = ratingOf(group);
  const waiver = options.waived.get(weaknessId(vulnerability, one, place));
  return {
    id,
    aliases,
    summary,
    severity: severityOf(vulnerability, options.policy),
    ...(rating?.score !== undefined && { score: rating.score }),
    ...(rating?.vector !== undefined && { vector: rating.vector }),
    ...(fixedIn !== undefined && { fixedIn }),
    advice: adviceOn(vulnerability, one),
    advisories: hits.map((hit) => hit.id),
    verdict,
    ...(statement !== undefined && { statement }),
    ...(waiver !== undefined && {
      waiver: { reason: waiver.reason, owner: waiver.owner, expires: waiver.expires },
    }),
  };
}

function describeProblem({ where, message }: InventoryProblem): string {
  return `${describeLocation(where)}: ${message}`;
}
