import { plural } from '../../../../core/describe.ts';
import { ecosystemNamed, isNameOf, readPackageUrl, type UrlPackage } from '../../package-url/read.ts';
import { printable } from '../../package-url/origin.ts';
import type { Package, ParsedInventory } from '../package.ts';
import { quoted } from '../printable.ts';
import { debianProblems } from './debian-problems.ts';
import type { ListedComponent, Listing } from './listing.ts';

/** What is said of packages by name, and counted from there on. */
const NAMED = 3;

/**
 * The packages of a document that can be judged, each once however often it is listed, and what can't be judged as problems: a
 * component is never passed over without a word, unless it is no software but holds some, or is what the document is about.
 */
export function toInventory(listing: Listing, path: string): ParsedInventory {
  const needing = new Set(listing.needs.map(({ from }) => from));
  const isFrame = ({ ref, kind, purl, ecosystem, version }: ListedComponent): boolean => {
    if (purl !== undefined || ecosystem !== undefined || kind === 'package') return false;
    return kind !== 'application' || (version === undefined && (listing.holders.has(ref) || needing.has(ref)));
  };
  const frames = new Set(listing.components.filter(isFrame).map(({ ref }) => ref));
  const roots = new Set(listing.components.filter(({ kind }) => kind === 'root').map(({ ref }) => ref));
  const left = new Map<string, ListedComponent[]>();
  const merged = new Map<string, Merged>();
  const keys = new Map<string, string>();
  for (const one of listing.components) {
    if (frames.has(one.ref)) continue;
    const identified = identify(one);
    if (identified.kind === 'frame') frames.add(one.ref);
    else if (identified.kind === 'left') {
      const others = left.get(identified.why);
      if (others === undefined) left.set(identified.why, [one]);
      else others.push(one);
    } else {
      const identity = JSON.stringify(identified.package);
      const known = merged.get(identity) ?? { key: one.ref, package: identified.package, listed: [] };
      known.listed.push(one);
      merged.set(identity, known);
      keys.set(one.ref, known.key);
    }
  }
  const graph = graphOf(listing, { frames, roots, keys });
  const packages = [...merged.values()].map((one) => toPackage(one, graph, path));
  const reasons = [
    ...listing.problems,
    ...[...left].map(([why, which]) => describe(why, which)),
    ...debianProblems([...merged.values()].map((one) => one.package)),
    ...(listing.components.every(({ kind }) => kind === 'root') ? ['it lists no components'] : []),
  ];
  return {
    packages: packages.toSorted((a, b) => Number(a.key > b.key) - Number(a.key < b.key)),
    problems: reasons.map((message) => ({ where: { path }, message })),
  };
}

/** A package with all components that are it. */
interface Merged {
  readonly key: string;
  readonly package: UrlPackage;
  readonly listed: ListedComponent[];
}

type Identified =
  | { readonly kind: 'package'; readonly package: UrlPackage }
  /** What the document is about, as a container image is: no package, but what holds them. */
  | { readonly kind: 'frame' }
  | { readonly kind: 'left'; readonly why: string };

/** Types of package URLs that name a whole image. */
const IMAGES: ReadonlySet<string> = new Set(['oci', 'docker']);
const NO_URL = 'no package URL, so nothing tells which packages they are';
const REFUSED = 'a package URL that can’t be read';

function identify(one: ListedComponent): Identified {
  if (one.purl === undefined) return identifyByOwnWord(one);
  const url = readPackageUrl(one.purl, one.name);
  if (url.kind === 'refused') return { kind: 'left', why: REFUSED };
  if (url.kind === 'other') {
    if (one.kind === 'root' && IMAGES.has(url.type)) return { kind: 'frame' };
    return { kind: 'left', why: `pkg:${url.type}` };
  }
  const version = url.package.version ?? one.version;
  return { kind: 'package', package: { ...url.package, version } };
}

/** A package that comes from a folder has no package URL; Freehold's own documents say what it is. */
function identifyByOwnWord({ ecosystem: named, name, version, origin }: ListedComponent): Identified {
  const ecosystem = named === undefined ? undefined : ecosystemNamed(named);
  if (ecosystem === undefined || !isNameOf(ecosystem, name)) return { kind: 'left', why: NO_URL };
  const from = printable(origin ?? 'somewhere that the document doesn’t name');
  return { kind: 'package', package: { ecosystem, name, version, origin: from } };
}

function describe(why: string, which: readonly ListedComponent[]): string {
  const names = which.slice(0, NAMED).map(({ name, ref }) => quoted(name === '' ? ref : name));
  const rest = which.length > NAMED ? ` and ${String(which.length - NAMED)} more` : '';
  const components = plural(which.length, 'component');
  const said = why.startsWith('pkg:')
    ? `${components} of ${why} can’t be judged yet`
    : `${components} ${which.length === 1 ? 'has' : 'have'} ${why}`;
  return `${said}: ${names.join(', ')}${rest}`;
}

interface Frame {
  readonly frames: ReadonlySet<string>;
  readonly roots: ReadonlySet<string>;
  readonly keys: ReadonlyMap<string, string>;
}

interface Graph {
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
  /** Needed by the whole, or by a part of it that is no package; empty where no such need is listed. */
  readonly direct: ReadonlySet<string>;
  /** Needed for developing, and for nothing else. */
  readonly development: ReadonlySet<string>;
}

function graphOf({ needs }: Listing, { frames, roots, keys }: Frame): Graph {
  const own = new Map<string, Set<string>>();
  const direct = new Set<string>();
  const development = new Set<string>();
  const lasting = new Set<string>();
  for (const { from, to, isDevelopment } of needs) {
    const key = keys.get(to);
    if (key === undefined) continue;
    (isDevelopment === true ? development : lasting).add(key);
    if (frames.has(from) || roots.has(from)) direct.add(key);
    const needing = keys.get(from);
    if (needing === undefined || needing === key) continue;
    const known = own.get(needing) ?? new Set<string>();
    own.set(needing, known.add(key));
  }
  for (const key of lasting) development.delete(key);
  return { needs: own, direct, development };
}

function toPackage({ key, package: one, listed }: Merged, graph: Graph, path: string): Package {
  const said = listed.flatMap(({ isDirect }) => isDirect ?? []);
  const isRoot = listed.some(({ kind }) => kind === 'root');
  const isDirect = said.includes(true) || isRoot || graph.direct.has(key);
  const isKnown = isDirect || said.length > 0 || graph.direct.size > 0;
  const isDevelopment = listed.every((item) => item.isDevelopment === true) || graph.development.has(key);
  return {
    ...one,
    key,
    where: { path },
    ...(isKnown && { isDirect }),
    ...(isDevelopment && { isDevelopment }),
    requires: [...(graph.needs.get(key) ?? [])].sort(),
  };
}
