import type { Problems } from './problems.ts';
import { showPath } from './quote.ts';
import type { PlaceView } from './schema-view.ts';
import type { MapEntry, MapNode } from './tree.ts';

export interface EmptiesOptions {
  readonly path: readonly string[];
  readonly view: (path: readonly string[]) => PlaceView;
  readonly problems: Problems;
}

/**
 * Settles keys with nothing after their colon. Where keys or items belong, everything below is commented out and the key
 * counts for nothing; where a value belongs, it was forgotten, and taking that for `null` would drop a preset's wish.
 */
export function settleEmpties(map: MapNode, options: EmptiesOptions): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of map.entries) {
    const path = [...options.path, key];
    if (entry.value.kind === 'map') {
      entries.set(key, { ...entry, value: settleEmpties(entry.value, { ...options, path }) });
    } else if (entry.value.kind !== 'empty') {
      entries.set(key, entry);
    } else if (!options.view(path).isContainer) {
      const message = `${showPath(path)} has no value.`;
      const hint = 'Write a value after the colon, or null to take back what a preset says.';
      options.problems.error({ code: 'no-value', message, hint, at: entry.key });
    }
  }
  return { ...map, entries };
}
