import { entriesOf, field, isObject } from '../node/fields.ts';
import { NESTING_MAX } from './listing.ts';
import { listOf } from './values.ts';

/** Elements, relationships and what belongs to them; an honest document has some for each package. */
const OBJECTS_MAX = 3_000_000;

interface Elements {
  readonly elements: readonly unknown[];
  readonly problems: readonly string[];
}

/**
 * All objects of a graph, those too that stand within others: an element may be written where it is first spoken of
 * (SPDX 3.0.1, "Serialization in JSON-LD").
 */
export function elementsOf(document: unknown): Elements {
  const graph = field(document, '@graph');
  const elements: unknown[] = [];
  let level: readonly unknown[] = Array.isArray(graph) ? graph : [document];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > NESTING_MAX) {
      const problem = `its elements lie in each other more than ${String(NESTING_MAX)} deep; the innermost are left out`;
      return { elements, problems: [problem] };
    }
    const next: unknown[] = [];
    for (const value of level) {
      if (isObject(value)) {
        if (elements.length >= OBJECTS_MAX) {
          const problem = `it has more than ${String(OBJECTS_MAX)} elements; the others are left out`;
          return { elements, problems: [problem] };
        }
        elements.push(value);
      }
      const inner = Array.isArray(value) ? listOf(value) : entriesOf(value).map(([, one]) => one);
      for (const one of inner) if (typeof one === 'object' && one !== null) next.push(one);
    }
    level = next;
  }
  return { elements, problems: [] };
}
