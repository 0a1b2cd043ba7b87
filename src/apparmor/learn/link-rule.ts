import type { ByteText } from '../../core/byte-text.ts';
import type { LinkRule, Rule } from '../language/syntax.ts';
import type { CoveringRules } from './covered.ts';
import { escapeName, quotePattern } from './escape.ts';
import type { Fact } from './fact.ts';
import type { LearnedPath } from './generalise.ts';
import type { OtherRule } from './other-rules.ts';
import { expandedPath, writtenPath } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { PatternIndex, pathTest } from './pattern-index.ts';
import { bit } from './permissions.ts';
import { patternSegment, type Places, type Segment, segmentsOf } from './places.ts';
import { patternOf, shapeOf } from './shape.ts';
import type { OtherNeed } from './other-need.ts';

/** The pattern, as written, that was learned for a path. */
type LearnedPattern = (path: ByteText, isOwner: boolean) => ByteText | undefined;

interface End {
  readonly written: ByteText;
  /** Without variables. */
  readonly expanded: ByteText;
}

/** Both ends of a link, with what nobody names so by hand as its shape; `undefined` where the record has but one. */
export function linkEnds(
  { event: { name = '', target }, isOwner, namesProcess }: Fact,
  places: Places,
): { readonly name: End; readonly target: End } | undefined {
  if (target?.startsWith('/') !== true) return undefined;
  const end = (path: ByteText): End => {
    const placed = places.place(path, isOwner);
    const { isFolder } = placed;
    const all = segmentsOf(placed).map((segment) => shaped(segment, namesProcess));
    return { written: writtenPath(all, isFolder), expanded: expandedPath(all, isFolder) };
  };
  return { name: end(name), target: end(target) };
}

/** `link "/new" -> "/old",`: each end as the pattern that was learned for it, or with what nobody names so by hand as its shape. */
export function linkRule(fact: Fact, places: Places, learned: LearnedPattern = () => undefined): OtherRule {
  const ends = linkEnds(fact, places);
  if (ends === undefined) return { kind: 'uncovered', reason: 'the record does not say what was linked to' };
  const { event, isOwner } = fact;
  const name = quotePattern(learned(event.name ?? '', isOwner) ?? ends.name.written);
  const target = quotePattern(learned(event.target ?? '', isOwner) ?? ends.target.written);
  return { kind: 'rule', group: 'link', text: `${isOwner ? 'owner ' : ''}link ${name} -> ${target},` };
}

function shaped(segment: Segment, namesProcess: boolean): Segment {
  const { name } = segment;
  if (name === undefined) return segment;
  const shape = shapeOf(name, { isTemporary: false, namesProcess });
  if (shape?.strength !== 'strong') return { ...segment, written: escapeName(name) };
  return patternSegment(patternOf([shape]));
}

interface LinkContext {
  readonly places: Places;
  readonly engine: PatternEngine;
  readonly paths: readonly LearnedPath[];
}

/** Rules for links, both ends written with the patterns that were learned: what is linked has another name in each run. */
export function joinLinks(links: readonly OtherNeed[], { places, engine, paths }: LinkContext): readonly OtherNeed[] {
  const index = new PatternIndex<LearnedPath>();
  if (links.length > 0) {
    for (const path of paths) {
      if (path.widening !== 'none') index.add(pathTest(expandedPath(path.segments, path.isFolder), engine), path);
    }
  }
  const learned: LearnedPattern = (path, isOwner) => {
    const found = index.find(path).find(({ uses }) => isOwner || !uses.isOwner);
    return found && writtenPath(found.segments, found.isFolder);
  };
  const byText = new Map<ByteText, Fact[]>();
  for (const fact of links.flatMap(({ facts }) => facts)) {
    const made = linkRule(fact, places, learned);
    if (made.kind === 'uncovered') continue;
    const same = byText.get(made.text);
    if (same === undefined) byText.set(made.text, [fact]);
    else same.push(fact);
  }
  return [...byText].map(([text, facts]) => ({ group: 'link', text, facts }));
}

/** Whether rules that are there allow a link: by `l` in a rule for files, or by a rule for links. */
export function allowsLink(rules: readonly Rule[], { event, isOwner }: Fact, covering: CoveringRules): boolean {
  const { name, target } = event;
  if (name === undefined || target === undefined) return false;
  const link = covering.allowed(name, isOwner);
  // profile_path_link() of file.c: the new name may have no more than the old one.
  const isSubset = (link & ~bit('l') & ~covering.allowed(target, isOwner)) === 0 && (link & bit('x')) === 0;
  if ((link & bit('l')) !== 0 && isSubset) return true;
  return rules.some(
    (rule) =>
      rule.kind === 'link' &&
      rule.effect === 'allow' &&
      (rule.owner === 'any' || (rule.owner === 'owner') === isOwner) &&
      (!rule.isSubset || isSubset) &&
      isPair(rule, { name, target }, covering.engine),
  );
}

function isPair(
  { path, target }: LinkRule,
  ends: { readonly name: ByteText; readonly target: ByteText },
  engine: PatternEngine,
): boolean {
  const isOf = (patterns: readonly ByteText[], end: ByteText): boolean =>
    patterns.some((pattern) => pathTest(pattern, engine).matches(end));
  return isOf(path.expanded, ends.name) && (target === undefined || isOf(target.expanded, ends.target));
}
