import { isNull, type MapEntry, type MapNode, type Node } from './tree.ts';

/** Lays one tree over another: maps are merged key by key, everything else is replaced. */
function mergeNodes(base: Node, over: Node): Node {
  if (over.kind === 'empty') return base.kind === 'map' || base.kind === 'list' ? base : over;
  return base.kind === 'map' && over.kind === 'map' ? mergeMaps(base, over) : over;
}

export function mergeMaps(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? entry : { key: entry.key, value: mergeNodes(below.value, entry.value) });
  }
  return { kind: 'map', entries, mark: over.mark };
}

/** Drops what `null` has taken back. Inside lists nothing is merged, so nothing is taken back there. */
export function withoutTakenBack(map: MapNode): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const [key, { key: mark, value }] of map.entries) {
    if (isNull(value)) continue;
    entries.set(key, { key: mark, value: value.kind === 'map' ? withoutTakenBack(value) : value });
  }
  return { ...map, entries };
}

/** A `null` that finds nothing to take back, and the keys it may have meant. */
export interface VainNull {
  readonly path: readonly string[];
  readonly entry: MapEntry;
  readonly siblings: readonly string[];
}

/** Looks for `null`s in `over` below which `base` has nothing. */
export function vainNulls(base: Node | undefined, over: MapNode, path: readonly string[] = []): readonly VainNull[] {
  const below = base?.kind === 'map' ? base.entries : new Map<string, MapEntry>();
  return [...over.entries].flatMap(([key, entry]): readonly VainNull[] => {
    const taken = below.get(key)?.value;
    const here = [...path, key];
    if (entry.value.kind === 'map') return vainNulls(taken, entry.value, here);
    if (!isNull(entry.value) || (taken !== undefined && !isNull(taken))) return [];
    return [{ path: here, entry, siblings: [...below].flatMap(([name, { value }]) => (isNull(value) ? [] : [name])) }];
  });
}
