import type { Finding, Remedy } from '../../core/finding.ts';
import { describeLocation, plural } from '../../core/describe.ts';
import type { Severity } from '../../core/severity.ts';
import type { Package } from './inventory/package.ts';
import { judgeKnowledge } from './judgement/knowledge.ts';
import { advisedAs, isVersion, knownAgainst } from './judgement/ecosystem.ts';
import type { Vulnerability } from './judgement/vulnerability.ts';
import { type Rating, ratingOf } from './judgement/severity.ts';
import { waysTo } from './judgement/why-here.ts';
import type { DependenciesPolicy } from './policy.ts';
import type { DependenciesState, Knowledge, Place } from './state.ts';

/**
 * One finding for every weakness of every package of every place, one for each place that nothing is known against, and one
 * for the advisories themselves.
 */
export function judgeDependencies(state: DependenciesState, policy: DependenciesPolicy): Finding[] {
  const { knowledge } = state;
  const places = state.places.flatMap((place) => judgePlace(place, knowledge, policy));
  return [...judgeKnowledge(knowledge, policy), ...unjudged(state), ...unseen(state), ...places];
}

function judgePlace(place: Place, knowledge: Knowledge, policy: DependenciesPolicy): readonly Finding[] {
  if (place.packages.length + place.problems.length === 0) return [];
  if (place.managedBy !== undefined) return [managedPlace(place, place.managedBy)];
  // Said once for all places.
  if (knowledge.kind === 'none') return [];
  const wayTo = waysTo(place.packages);
  const judged = place.packages.filter(({ isDevelopment }) => policy.development || isDevelopment !== true);
  const vulnerable = judged.flatMap((one): readonly Finding[] => {
    const subject = { place, package: one, way: wayTo(one.key), policy };
    return against(one, knowledge).map((vulnerability) => vulnerabilityFinding(vulnerability, subject));
  });
  const doubts = doubtsAbout(place, judged);
  if (doubts.length > 0) return [...vulnerable, unknownPlace(place, doubts)];
  const isBlind = judged.some(({ ecosystem }) => knowledge.uncovered.has(ecosystem));
  return vulnerable.length > 0 || isBlind ? vulnerable : [cleanPlace(place, judged.length)];
}

type Advisories = Extract<Knowledge, { kind: 'advisories' }>;

function against(one: Package, { hits }: Advisories): readonly Vulnerability[] {
  const advised = advisedAs(one);
  if (advised === undefined) return [];
  return knownAgainst(one.ecosystem, advised.version, hits.get(`${one.ecosystem}/${advised.name}`) ?? []);
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

/** A wheel or archive of a release is that release wherever it was fetched from; a repository or folder may be anything. */
function isForeign({ ecosystem, origin }: Package): boolean {
  if (origin === undefined) return false;
  return ecosystem !== 'PyPI' || !/^(?:file|https?):.*\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$/.test(origin);
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
}

function vulnerabilityFinding(one: Vulnerability, { place, package: subject, way, policy }: Subject): Finding {
  const { name, ecosystem } = subject;
  const version = subject.version ?? '';
  const isUndecided = one.verdict === 'unknown';
  const rating = ratingOf(one.group);
  const reason = `${version} is no version that could be compared with ${one.hits.map(({ id }) => id).join(', ')}`;
  return {
    id: `dependencies/vulnerability/${one.id}/${ecosystem}/${name}${place.path}`,
    outcome: isUndecided ? 'unknown' : 'fail',
    severity: severityOf(one, rating, policy),
    title: `${name} ${version}: ${one.id}`,
    summary: summaryOf(one, way, isUndecided),
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
    },
    ...(isUndecided && { reason }),
    where: subject.where,
    references: one.hits.map(({ id }) => ({ source: 'OSV', item: id, url: `https://osv.dev/vulnerability/${id}` })),
    remedy: remedyFor(one, subject),
  };
}

function severityOf(
  { exploited }: Vulnerability,
  rating: Rating | undefined,
  { unscored }: DependenciesPolicy,
): Severity {
  if (exploited !== undefined) return 'critical';
  return rating?.severity ?? unscored;
}

function summaryOf(one: Vulnerability, way: readonly Package[], isUndecided: boolean): string {
  const state = isUndecided ? 'may be affected' : 'is affected';
  const fix = one.fixedIn === undefined ? 'no version is published that mends it' : `fixed in ${one.fixedIn}`;
  const because = way.length > 1 ? `; there for ${way.map(({ name }) => name).join(' → ')}` : '';
  const exploited = one.exploited === undefined ? '' : `; exploited since ${one.exploited.since}`;
  return `${state}; ${fix}${exploited}${because}`;
}

function remedyFor(one: Vulnerability, { name, ecosystem }: Package): Remedy {
  const instruction =
    one.fixedIn === undefined
      ? `Do without ${name}, or accept the risk with a waiver: nothing mends it yet.`
      : `Upgrade ${name} to ${one.fixedIn} or newer${ecosystem === 'Debian' ? ' (apt upgrade)' : ''}.`;
  return { kind: 'manual', instruction };
}

function cleanPlace(place: Place, count: number): Finding {
  return {
    ...placeFinding(place),
    outcome: 'pass',
    summary: `nothing is known against ${plural(count, 'package')}`,
    observed: { packages: count },
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
    const concerned = places.filter(({ packages }) => packages.some((one) => one.ecosystem === ecosystem));
    const count = concerned.flatMap(({ packages }) => packages).filter((one) => one.ecosystem === ecosystem).length;
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
