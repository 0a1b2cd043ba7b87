import type { ByteText } from '../../core/byte-text.ts';
import { escapeName, quotePattern } from './escape.ts';
import type { Fact } from './fact.ts';
import type { OtherRule } from './other-rules.ts';
import { expandedPath, writtenPath } from './path-text.ts';
import { patternSegment, type Places, type Segment } from './places.ts';
import { patternOf, shapeOf } from './shape.ts';

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
    const { segments, isFolder } = places.place(path, isOwner);
    const all = segments.map((segment) => shaped(segment, namesProcess));
    return { written: writtenPath(all, isFolder), expanded: expandedPath(all, isFolder) };
  };
  return { name: end(name), target: end(target) };
}

/** `link "/new" -> "/old",` */
export function linkRule(fact: Fact, places: Places): OtherRule {
  const ends = linkEnds(fact, places);
  if (ends === undefined) return { kind: 'uncovered', reason: 'the record does not say what was linked to' };
  const [name, target] = [quotePattern(ends.name.written), quotePattern(ends.target.written)];
  return { kind: 'rule', group: 'link', text: `${fact.isOwner ? 'owner ' : ''}link ${name} -> ${target},` };
}

function shaped(segment: Segment, namesProcess: boolean): Segment {
  const { name } = segment;
  if (name === undefined) return segment;
  const shape = shapeOf(name, { isTemporary: false, namesProcess });
  if (shape?.strength !== 'strong') return { ...segment, written: escapeName(name) };
  return patternSegment(patternOf([shape]));
}
