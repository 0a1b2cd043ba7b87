import type { Finding } from '../../core/finding.ts';
import { describeLocation, plural } from '../../core/describe.ts';
import type { Package } from './inventory/package.ts';
import { judgeKnowledge } from './judgement/knowledge.ts';
import { advisoryEcosystem, isForeign, isVersion } from './judgement/ecosystem.ts';
import { knownIn } from './judgement/known-in-place.ts';
import { remedyFor } from './judgement/remedy.ts';
import { asideOf, exclusionOf, isExcluded } from './judgement/statement-text.ts';
import type { Vulnerability } from './judgement/vulnerability.ts';
import { ratingOf } from './judgement/severity.ts';
import { isJudged } from './judgement/published.ts';
import { severityOf, weaknessId } from './judgement/weakness.ts';
import { waysTo } from './judgement/why-here.ts';
import type { DependenciesPolicy } from './policy.ts';
import type { DependenciesState, Place } from './state.ts';

/**
 * One finding for every weakness of every package of every place, one for each place that nothing is known against, and one
 * for the advisories themselves.
 */
export function judgeDependencies(state: DependenciesState, policy: DependenciesPolicy): Finding[] {
  const { knowledge } = state;
  const places = state.places.flatMap((place) => judgePlace(place, state, policy));
  return [...judgeKnowledge(knowledge, policy), ...unjudged(state), ...unseen(state), ...places];
}

function judgePlace(place: Place, state: DependenciesState, policy: DependenciesPolicy): readonly Finding[] {
  const { knowledge } = state;
  if (place.packages.length + place.problems.length === 0) return [];
  if (place.managedBy !== undefined) return [managedPlace(place, place.managedBy)];
  // Said once for all places.
  if (knowledge.kind === 'none') return [];
  const wayTo = waysTo(place.packages);
  const judged = place.packages.filter((one) => isJudged(one, policy));
  const knownOf = knownIn(place, knowledge, policy);
  const vulnerable = oncePerId(
    judged.flatMap((one): readonly Finding[] => {
      const known = knownOf(one);
      if (known.length === 0) return [];
      const subject = { place, package: one, way: wayTo(one.key), policy, state };
      return known.map((vulnerability) => vulnerabilityFinding(vulnerability, subject));
    }),
  );
  const doubts = doubtsAbout(place, judged);
  if (doubts.length > 0) return [...vulnerable, unknownPlace(place, doubts)];
  const isBlind = judged.some((one) => knowledge.uncovered.has(advisoryEcosystem(one)));
  const isClean = vulnerable.every(({ outcome }) => outcome === 'not-applicable') && !isBlind;
  return isClean ? [...vulnerable, cleanPlace(place, judged.length, vulnerable.length)] : vulnerable;
}

/** One version of a package that lies in several folders of a place is one finding; of their answers the worse one counts. */
function oncePerId(findings: readonly Finding[]): readonly Finding[] {
  const byId = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byId.get(finding.id);
    if (known === undefined || (known.outcome === 'not-applicable' && finding.outcome !== 'not-applicable')) {
      byId.set(finding.id, finding);
    }
  }
  return [...byId.values()];
}

/** Why a place can't be called clean, each reason one sentence; a package that has none of its own is not among them. */
function doubtsAbout(place: Place, judged: readonly Package[]): readonly string[] {
  const unfixed = judged.filter(({ version }) => version === undefined);
  const odd = judged.filter((one) => one.version !== undefined && !isVersion(one.ecosystem, one.version));
  const foreign = judged.filter(isForeign);
  return [
    ...place.problems.map(({ where, message }) => `${describeLocation(where)}: ${message}`),
    ...listed(unfixed, 'fixes no version'),
    ...listed(odd, 'has something that is no version'),
    ...listed(foreign, 'comes from elsewhere than the registry that advisories are about'),
  ];
}

const NAMED = 5;

function listed(packages: readonly Package[], what: string): readonly string[] {
  if (packages.length === 0) return [];
  const names = packages
    .slice(0, NAMED)
    .map(({ name, version }) => (version === undefined ? name : `${name} ${version}`));
  const rest = packages.length > NAMED ? ` and ${String(packages.length - NAMED)} more` : '';
  return [`${what}: ${names.join(', ')}${rest}`];
}

interface Subject {
  readonly place: Place;
  readonly package: Package;
  readonly way: readonly Package[];
  readonly policy: DependenciesPolicy;
  readonly state: DependenciesState;
}

function vulnerabilityFinding(one: Vulnerability, { place, package: subject, way, policy, state }: Subject): Finding {
  const { name, ecosystem } = subject;
  const version = subject.version ?? '';
  const isUndecided = one.verdict === 'unknown';
  const rating = ratingOf(one.group);
  const undecided = `${version} is no version that could be compared with ${one.hits.map(({ id }) => id).join(', ')}`;
  const isOut = isExcluded(one);
  const reason = isOut ? exclusionOf(one) : isUndecided ? undecided : undefined;
  return {
    id: weaknessId(one, subject, place),
    outcome: isOut ? 'not-applicable' : isUndecided ? 'unknown' : 'fail',
    severity: severityOf(one, policy),
    title: `${name} ${version}: ${one.id}`,
    summary: isOut ? exclusionOf(one) : `${summaryOf(one, way, isUndecided)}${asideOf(one)}`,
    why: one.summary === '' ? 'The advisory gives no description.' : one.summary,
    expected: one.fixedIn === undefined ? 'not affected' : `at least ${one.fixedIn}`,
    observed: {
      package: name,
      ecosystem,
      version,
      place: place.path,
      aliases: [...one.aliases],
      fixedIn: one.fixedIn ?? null,
      why: way.map((step) => step.name),
      ...(subject.isDevelopment === true && { development: true }),
      ...(rating?.score !== undefined && { score: rating.score, vector: rating.vector ?? null }),
      ...(one.exploited !== undefined && { exploitedSince: one.exploited.since }),
      ...(one.exploitation !== undefined && { ...one.exploitation }),
      ...(one.statement !== undefined && { statement: { ...one.statement } }),
    },
    ...(reason !== undefined && { reason }),
    where: subject.where,
    references: one.hits.map(({ id }) => ({ source: 'OSV', item: id, url: `https://osv.dev/vulnerability/${id}` })),
    ...(!isOut && { remedy: remedyFor({ vulnerability: one, package: subject, place }, state) }),
  };
}

function summaryOf(one: Vulnerability, way: readonly Package[], isUndecided: boolean): string {
  const state = isUndecided ? 'may be affected' : 'is affected';
  const fix = one.fixedIn === undefined ? 'no version is published that mends it' : `fixed in ${one.fixedIn}`;
  const because = way.length > 1 ? `; there for ${way.map(({ name }) => name).join(' → ')}` : '';
  const exploited = one.exploited === undefined ? '' : `; exploited since ${one.exploited.since}`;
  return `${state}; ${fix}${exploited}${because}`;
}

/** `excluded`: weaknesses that by what their suppliers say are none here. */
function cleanPlace(place: Place, count: number, excluded: number): Finding {
  const packages = plural(count, 'package');
  const but = `against ${packages} nothing is known but ${plural(excluded, 'weakness', 'weaknesses')} that VEX statements exclude`;
  return {
    ...placeFinding(place),
    outcome: 'pass',
    summary: excluded === 0 ? `nothing is known against ${packages}` : but,
    observed: { packages: count, ...(excluded > 0 && { excluded }) },
  };
}

function unknownPlace(place: Place, reasons: readonly string[]): Finding {
  const reason = reasons.join('; ');
  return {
    ...placeFinding(place),
    outcome: 'unknown',
    summary: `not everything could be judged: ${reason}`,
    observed: { packages: place.packages.length },
    reason,
  };
}

function placeFinding({ path, packages }: Place): Omit<Finding, 'outcome' | 'summary' | 'observed'> {
  const [first] = packages;
  return {
    id: `dependencies/place${path}`,
    severity: 'medium',
    title: `Packages in ${path}`,
    why: 'What is not judged may be vulnerable without anybody knowing.',
    expected: 'no package with a known vulnerability',
    where: first?.where ?? { path },
    references: [],
  };
}

function managedPlace(place: Place, manager: string): Finding {
  const reason = `these are packages of ${manager}, which are judged by its own advisories`;
  return {
    ...placeFinding(place),
    outcome: 'not-applicable',
    summary: reason,
    observed: { packages: place.packages.length },
    reason,
  };
}

/** Ecosystems that no advisory is about: one finding each, however many places have such packages. */
function unjudged({ knowledge, places }: DependenciesState): readonly Finding[] {
  if (knowledge.kind === 'none') return [];
  return [...knowledge.uncovered].sort().map((ecosystem) => {
    const concerned = places.filter(({ packages }) => packages.some((one) => advisoryEcosystem(one) === ecosystem));
    const count = concerned
      .flatMap(({ packages }) => packages)
      .filter((one) => advisoryEcosystem(one) === ecosystem).length;
    const reason = `there are no advisories about ${ecosystem}: ${plural(count, 'package')} in ${plural(concerned.length, 'place')} can't be judged`;
    return {
      id: `dependencies/ecosystem/${ecosystem}`,
      outcome: 'unknown',
      severity: 'medium',
      title: `Advisories about ${ecosystem}`,
      summary: reason,
      why: 'What is not judged may be vulnerable without anybody knowing.',
      expected: 'advisories about every ecosystem that packages are of',
      observed: { packages: count, places: concerned.map(({ path }) => path) },
      reason,
      references: [],
      remedy: { kind: 'manual', instruction: `Read them: freehold deps sync --from …/${ecosystem}/all.zip` },
    };
  });
}

/** Parts of the machine that nobody could look into. */
function unseen({ problems }: DependenciesState): readonly Finding[] {
  return problems.map(({ where, message }) => ({
    id: `dependencies/unseen${where.path}`,
    outcome: 'unknown',
    severity: 'medium',
    title: `Packages below ${where.path}`,
    summary: message,
    why: 'What is not looked at may be vulnerable without anybody knowing.',
    expected: 'a folder that can be looked into',
    observed: null,
    reason: message,
    where,
    references: [],
  }));
}
