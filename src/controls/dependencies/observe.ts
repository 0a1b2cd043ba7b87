import type { AdvisoryHit, AdvisoryIndex } from '../../core/advisory.ts';
import type { Surroundings } from '../../core/surroundings.ts';
import type { Facts, Found, Host } from '../../host/host.ts';
import { observeDebian } from './inventory/debian/observe.ts';
import type { InventoryProblem } from './inventory/package.ts';
import { observePythonPlace } from './inventory/python/observe.ts';
import { isBelow, namedFile, searchFor, sortOut } from './inventory/search.ts';
import { advisedAs, advisoryEcosystem } from './judgement/ecosystem.ts';
import { publishedAbout } from './judgement/published.ts';
import { releaseOf, spellingsOf } from './judgement/release.ts';
import { dependenciesPolicy, type DependenciesPolicy } from './policy.ts';
import type { DependenciesState, Knowledge, Place } from './state.ts';

const MOUNTS = '/proc/self/mounts';
const NOTHING_FOUND: Found = { kind: 'found', paths: [], unlisted: [] };
const MS_PER_DAY = 86_400_000;

/** Looks for everything that is installed, in three round trips unless folders have to be walked, and for what is known about it. */
export async function observeDependencies(
  host: Host,
  policy: DependenciesPolicy,
  { now, advisories }: Surroundings,
): Promise<DependenciesState> {
  const { places, problems } = await observePlaces(host, policy);
  const known = await advisories();
  if (known.kind === 'none') return { places, problems, knowledge: known };
  const knowledge = await lookUp(host.facts, places, { now, index: known.index });
  return { places: await lookedAt(host, places, knowledge), problems, knowledge };
}

/** What npm notes of packages that something is known against is held against what lies there; a recording has the note alone. */
async function lookedAt(host: Host, places: readonly Place[], knowledge: Knowledge): Promise<readonly Place[]> {
  if (host.facts.recordedAt !== undefined || !places.some(({ kind }) => kind === 'node-modules')) return places;
  const { asInstalled } = await import('./inventory/node/observe.ts');
  return Promise.all(
    places.map(async (place) =>
      place.kind === 'node-modules'
        ? asInstalled(host, place, (one) => publishedAbout(one, knowledge).length > 0)
        : place,
    ),
  );
}

export async function observeAllDependencies(host: Host): Promise<void> {
  await observePlaces(host, dependenciesPolicy.parse({}));
}

async function observePlaces(
  host: Host,
  policy: DependenciesPolicy,
): Promise<Pick<DependenciesState, 'places' | 'problems'>> {
  const [mounts, debian, begun] = await Promise.all([
    host.facts.isRunning ? host.read(MOUNTS) : undefined,
    isBelow('/var/lib/dpkg', policy.search) ? observeDebian(host) : undefined,
    Promise.all(policy.search.map(async (path) => ({ path, listing: await host.list(path) }))),
  ]);
  // Looking into each folder that describes a package takes longer than to ask for the two marks that may be in it.
  const areMarksSought = host.direct === undefined;
  const search = searchFor(policy, {
    mounts: mounts?.kind === 'content' ? new TextDecoder().decode(mounts.bytes) : '',
    areMarksSought,
  });
  // A find without a folder to begin in would begin where it stands.
  const found = search.below.length === 0 ? NOTHING_FOUND : await host.find(search);
  if (found.kind === 'unreadable') {
    const problem: InventoryProblem = { where: { path: search.below[0] ?? '/' }, message: found.message };
    return { places: debian === undefined ? [] : [debian], problems: [problem] };
  }
  const { python, marks, nodeModules, files } = sortOut(found.paths, policy);
  const named = policy.files.filter((path) => !files.some((one) => one.path === path)).map(namedFile);
  // Readers of what isn't there don't load. All ask at once, so that what they ask travels together.
  const [node, file] = await Promise.all([
    nodeModules.length > 0 ? import('./inventory/node/observe.ts') : undefined,
    files.length + named.length > 0 ? import('./inventory/files/observe.ts') : undefined,
  ]);
  const places = await Promise.all([
    ...[...python].map(([folder, infos]) =>
      observePythonPlace(host, folder, { infos, marks: areMarksSought ? marks : undefined }),
    ),
    ...nodeModules.flatMap((folder) => node?.observeNodeModules(host, folder) ?? []),
    ...[...files, ...named].flatMap(({ path, format }) => file?.observeFile(host, path, format) ?? []),
  ]);
  const managed =
    debian === undefined
      ? places
      : places.map((place) => (isManaged(place) ? { ...place, managedBy: 'Debian' as const } : place));
  const missing = begun.filter(({ listing }) => listing.kind === 'missing');
  const problems = [
    ...missing.map(({ path }) => ({ where: { path }, message: `there is no folder ${path}` })),
    ...found.unlisted.map((path) => ({ where: { path }, message: `${path} could not be looked into` })),
  ];
  return { places: [...(debian === undefined ? [] : [debian]), ...managed].sort(byPath), problems };
}

/** Debian's Python policy, section 3.4: only its packages install there, and mend without a new version of their own. */
function isManaged({ path }: Place): boolean {
  return path === '/usr/lib/python3/dist-packages';
}

/** What is known about all packages of some places of a machine. */
export async function lookUp(
  facts: Facts,
  places: readonly Pick<Place, 'packages'>[],
  { now, index }: { readonly now: Date; readonly index: AdvisoryIndex },
): Promise<Knowledge> {
  const debian = debianReleases(facts);
  const hits = new Map<string, readonly AdvisoryHit[]>();
  const uncovered = new Set<string>();
  for (const [ecosystem, names] of namesByEcosystem(places)) {
    const spellings = ecosystem === 'Debian' ? debian : spellingsOf(ecosystem);
    if (!spellings.some((one) => index.covers(one))) uncovered.add(ecosystem);
    for (const spelling of spellings) {
      for (const [name, found] of index.about(spelling, [...names])) {
        const key = `${ecosystem}/${name}`;
        hits.set(key, [...(hits.get(key) ?? []), ...found]);
      }
    }
  }
  const ages = index.sources.map(({ origin, readAt }) => [origin, ageDays(readAt, now)] as const);
  const known = { sources: index.sources, agesDays: Object.fromEntries(ages), uncovered, hits };
  if (!index.sources.some(({ kind }) => kind === 'vex')) return { kind: 'advisories', ...known };
  const { observeStatements } = await import('./vex/observe.ts');
  return { kind: 'advisories', ...known, vex: observeStatements(index, hits, facts) };
}

function namesByEcosystem(places: readonly Pick<Place, 'packages'>[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const one of places.flatMap(({ packages }) => packages)) {
    const name = advisedAs(one)?.name;
    if (name === undefined) continue;
    const ecosystem = advisoryEcosystem(one);
    const known = names.get(ecosystem);
    if (known === undefined) names.set(ecosystem, new Set([name]));
    else known.add(name);
  }
  return names;
}

/** The machine's own release. */
function debianReleases({ os, osVersion }: Facts): readonly string[] {
  return spellingsOf(releaseOf(os, osVersion));
}

function ageDays(readAt: string, now: Date): number {
  const age = (now.getTime() - Date.parse(readAt)) / MS_PER_DAY;
  return Number.isFinite(age) ? Math.max(0, Math.floor(age)) : Number.MAX_SAFE_INTEGER;
}

function byPath(a: Place, b: Place): number {
  return a.path < b.path ? -1 : 1;
}
