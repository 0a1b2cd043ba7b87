import { z } from 'zod';
import { loadAssetData } from '../../core/assets.ts';
import { interpreterKinds } from '../interpreters.ts';
import type { Pattern } from '../pattern/pattern.ts';
import { PatternStore } from '../pattern/pattern-store.ts';

const place = z.strictObject({
  id: z.string(),
  patterns: z.array(z.string()).min(1),
  what: z.string(),
  source: z.string(),
});

const file = z.strictObject({
  wide_trees: z.array(place),
  loaded_later: z.array(place),
  user_writable: z.array(place),
  wide_abstractions: z.array(z.strictObject({ include: z.string(), why: z.string() })),
});

export interface KnownPlace {
  readonly id: string;
  readonly what: string;
  readonly pattern: Pattern;
}

type PlaceKind = Exclude<keyof z.infer<typeof file>, 'wide_abstractions'>;

let loaded: z.infer<typeof file> | undefined;
const prepared = new Map<PlaceKind, readonly KnownPlace[]>();

function knownFile(): z.infer<typeof file> {
  loaded ??= file.parse(loadAssetData('src/apparmor/lint/known-places.yaml'));
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

let programs: readonly (KnownPlace & { readonly isShell: boolean })[] | undefined;

/** Programs that run what they are given: shells, or all others. */
export function knownInterpreters(which: 'shells' | 'others'): readonly KnownPlace[] {
  programs ??= interpreterKinds().map((kind) => ({ ...kind, pattern: patternOf([kind.pattern]) }));
  return programs.filter(({ isShell }) => isShell === (which === 'shells'));
}

/** Includes that bring more than their names say, each with what that is. */
export function wideAbstractions(): ReadonlyMap<string, string> {
  return new Map(knownFile().wide_abstractions.map(({ include, why }) => [include, why]));
}

/** Throws for data of ours that is no pattern. */
export function patternOf(texts: readonly string[], patterns = new PatternStore()): Pattern {
  const parsed = patterns.parseAll({ expanded: texts });
  if (parsed.kind === 'problem') throw new Error(`${texts.join(' ')}: ${parsed.message}`);
  return parsed.pattern;
}
