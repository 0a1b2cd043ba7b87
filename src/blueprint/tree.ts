import type { Mark } from './source-text.ts';

/** What a blueprint file says, every part with the place where it is written. Immutable; aliases share parts. */
export type Node = ScalarNode | EmptyNode | GapNode | ListNode | MapNode;

export type ScalarValue = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** As the file spells it: `0o644`, `1.50`; for texts the text itself. */
  readonly written: string;
  readonly mark: Mark;
}

/** A key with nothing after its colon: often everything below it is commented out, sometimes a value was forgotten. */
export interface EmptyNode {
  readonly kind: 'empty';
  readonly mark: Mark;
}

/** Something that can't be used and has been told of; it holds the place, so that nothing else is told of it. */
export interface GapNode {
  readonly kind: 'gap';
  readonly mark: Mark;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly mark: Mark;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly mark: Mark;
}

export interface MapEntry {
  readonly key: Mark;
  readonly value: Node;
}

/** Keys of maps and indexes of lists, from the top down. */
export type Path = readonly (string | number)[];

/** A node, and the place where its key or item stands. */
export interface Found {
  readonly node: Node;
  readonly place: Mark;
}

export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

export function findNode(root: Node, path: Path): Found | undefined {
  let found: Found = { node: root, place: root.mark };
  for (const step of path) {
    const next = stepInto(found.node, step);
    if (next === undefined) return undefined;
    found = next;
  }
  return found;
}

function stepInto(node: Node, step: string | number): Found | undefined {
  if (node.kind === 'map') {
    const entry = node.entries.get(String(step));
    return entry === undefined ? undefined : { node: entry.value, place: entry.key };
  }
  const item = node.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined;
  return item === undefined ? undefined : { node: item, place: item.mark };
}

/** The nearest part of a path that exists. */
export function findNearest(root: Node, path: Path): Found {
  for (let length = path.length; length > 0; length -= 1) {
    const found = findNode(root, path.slice(0, length));
    if (found !== undefined) return found;
  }
  return { node: root, place: root.mark };
}

/** The values alone, for a schema to look at. */
export function toPlain(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'empty':
    case 'gap':
      return null;
    case 'list':
      return node.items.map(toPlain);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, toPlain(value)]));
  }
}

/** The tree of data that has no places of its own: a compiled preset. */
export function fromPlain(data: unknown, markAt: (path: Path) => Mark, path: Path = []): Node {
  const mark = markAt(path);
  if (Array.isArray(data)) {
    return { kind: 'list', mark, items: data.map((item, index) => fromPlain(item, markAt, [...path, index])) };
  }
  if (typeof data === 'object' && data !== null) {
    const entries = Object.entries(data).map(([key, value]): [string, MapEntry] => {
      const place = [...path, key];
      return [key, { key: markAt(place), value: fromPlain(value, markAt, place) }];
    });
    return { kind: 'map', mark, entries: new Map(entries) };
  }
  if (data === null || typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean') {
    return { kind: 'scalar', value: data, written: String(data), mark };
  }
  throw new TypeError(`data of the type ${typeof data} can't be part of a blueprint`);
}
