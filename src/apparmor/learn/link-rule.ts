import { escapeName, quotePattern } from './escape.ts';
import type { Fact } from './fact.ts';
import type { OtherRule } from './other-rules.ts';
import { writtenPath } from './path-text.ts';
import { patternSegment, type Places, type Segment } from './places.ts';
import { patternOf, shapeOf } from './shape.ts';

/** `link "/new" -> "/old",`: both ends, with what nobody names so by hand as its shape. */
export function linkRule({ event: { name = '', target }, isOwner, namesProcess }: Fact, places: Places): OtherRule {
  if (target?.startsWith('/') !== true)
    return { kind: 'uncovered', reason: 'the record does not say what was linked to' };
  const end = (path: string): string => {
    const { segments, isFolder } = places.place(path, isOwner);
    return quotePattern(
      writtenPath(
        segments.map((segment) => shaped(segment, namesProcess)),
        isFolder,
      ),
    );
  };
  return { kind: 'rule', group: 'link', text: `${isOwner ? 'owner ' : ''}link ${end(name)} -> ${end(target)},` };
}

function shaped(segment: Segment, namesProcess: boolean): Segment {
  const { name } = segment;
  if (name === undefined) return segment;
  const shape = shapeOf(name, { isTemporary: false, namesProcess });
  if (shape?.strength !== 'strong') return { ...segment, written: escapeName(name) };
  return patternSegment(patternOf([shape]));
}
