import { loadAssetData } from '../../core/assets.ts';
import { interpreterKinds } from '../interpreters.ts';
import { Neighbours } from '../pattern/neighbours.ts';
import type { Pattern } from '../pattern/pattern.ts';
import { PatternStore } from '../pattern/pattern-store.ts';
import type { KnownPlacesFile } from '../shipped-schema.ts';

export interface KnownPlace {
  readonly id: string;
  readonly what: string;
  readonly pattern: Pattern;
}

type PlaceKind = Exclude<keyof KnownPlacesFile, 'wide_abstractions'>;

let loaded: KnownPlacesFile | undefined;
const prepared = new Map<PlaceKind, readonly KnownPlace[]>();

/** It ships with Freehold, and shipped-schema.test.ts holds it against its schema. */
function knownFile(): KnownPlacesFile {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse boundary of data that ships
  loaded ??= loadAssetData('src/apparmor/lint/known-places.yaml') as KnownPlacesFile;
  return loaded;
}

/** Places that rules of lint look for, from the data that ships. */
export function knownPlaces(kind: PlaceKind): readonly KnownPlace[] {
  const known =
    prepared.get(kind) ??
    knownFile()[kind].map(({ id, what, patterns }) => ({ id, what, pattern: patternOf(patterns) }));
  prepared.set(kind, known);
  return known;
}

/** Of each list of places, which are by their numbers in it. */
const neighbours = new WeakMap<readonly object[], Neighbours<number>>();
const programsOf = new Map<boolean, readonly KnownPlace[]>();
let programs: readonly (KnownPlace & { readonly isShell: boolean })[] | undefined;

/** Programs that run what they are given: shells, or all others. */
export function knownInterpreters(which: 'shells' | 'others'): readonly KnownPlace[] {
  programs ??= interpreterKinds().map((kind) => ({ ...kind, pattern: patternOf([kind.pattern]) }));
  const areShells = which === 'shells';
  const known = programsOf.get(areShells) ?? programs.filter(({ isShell }) => isShell === areShells);
  programsOf.set(areShells, known);
  return known;
}

/** Includes that bring more than their names say, each with what that is. */
export function wideAbstractions(): ReadonlyMap<string, string> {
  return new Map(knownFile().wide_abstractions.map(({ include, why }) => [include, why]));
}

/** Places that a pattern may reach, as far as how it begins says; in their order. */
export function placesNear<Place extends Pick<KnownPlace, 'pattern'>>(
  places: readonly Place[],
  { prefixes }: Pattern,
): readonly Place[] {
  const known =
    neighbours.get(places) ??
    new Neighbours(places.map(({ pattern }, value) => ({ prefixes: pattern.prefixes, value })));
  neighbours.set(places, known);
  const near = known.allNear(prefixes);
  return near.size === 0 ? [] : places.filter((_, index) => near.has(index));
}

/** Throws for data of ours that is no pattern. */
export function patternOf(texts: readonly string[], patterns = new PatternStore()): Pattern {
  const parsed = patterns.parseAll({ expanded: texts });
  if (parsed.kind === 'problem') throw new Error(`${texts.join(' ')}: ${parsed.message}`);
  return parsed.pattern;
}
