import type { ByteText } from '../../core/byte-text.ts';
import { bit, type PermissionBits } from './permissions.ts';
import type { Segment } from './places.ts';

/** What was done to a name, or to the names that a pattern stands for. */
export interface Uses {
  readonly bits: PermissionBits;
  /** Whether all of it was done by the owner. */
  readonly isOwner: boolean;
  readonly total: number;
  readonly runs: ReadonlySet<number>;
  readonly firstMs: number;
  readonly namesProcess: boolean;
  /** Whether it is a folder that the program made. */
  readonly isMade: boolean;
  /** Distinct names. */
  readonly names: number;
}

export function joinUses(a: Uses | undefined, b: Uses): Uses {
  if (a === undefined) return b;
  return {
    bits: a.bits | b.bits,
    isOwner: a.isOwner && b.isOwner,
    total: a.total + b.total,
    runs: joinRuns(a.runs, b.runs),
    firstMs: Math.min(a.firstMs, b.firstMs),
    namesProcess: a.namesProcess || b.namesProcess,
    isMade: a.isMade || b.isMade,
    names: a.names + b.names,
  };
}

function joinRuns(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  if (a === b) return a;
  for (const run of b) if (!a.has(run)) return new Set([...a, ...b]);
  return a;
}

/** What of a folder's names was done to them: names are only put together with names of the same sort. */
export type Sort = 'read' | 'write' | 'map';

export function sortOf(bits: PermissionBits): Sort {
  if ((bits & (bit('w') | bit('a') | bit('l'))) !== 0) return 'write';
  return (bits & (bit('m') | bit('x'))) !== 0 ? 'map' : 'read';
}

/** Most names have nothing below them, and a map of its own takes more than all else of a name. */
const NOTHING: ReadonlyMap<ByteText, NameNode> = new Map();

/** Names of files in one folder that nothing but the names tells apart: they stand in the tree as one. */
export interface Crowd {
  readonly segments: readonly Segment[];
  /** What was done to one of them, by its place among the names. */
  usesOf(index: number): Uses;
}

/** A name between slashes with all that is below it. */
export class NameNode {
  /** Of a crowd that of the first. */
  readonly segment: Segment;
  readonly #crowd: Crowd | undefined;
  /** What was done to it as a file, and as a folder (its path with a slash at the end). */
  file: Uses | undefined;
  folder: Uses | undefined;
  #children: Map<ByteText, NameNode> | undefined;
  #all: Uses | undefined;

  constructor(segment: Segment, crowd?: Crowd) {
    this.segment = segment;
    this.#crowd = crowd;
  }

  /** Its name, or those of a crowd. */
  get segments(): readonly Segment[] {
    return this.#crowd?.segments ?? [this.segment];
  }

  /** How many names it stands for. */
  get size(): number {
    return this.#crowd?.segments.length ?? 1;
  }

  /** A node for each name. */
  get apart(): readonly NameNode[] {
    const crowd = this.#crowd;
    if (crowd === undefined) return [this];
    return crowd.segments.map((segment, index) => {
      const node = new NameNode(segment);
      node.file = crowd.usesOf(index);
      return node;
    });
  }

  get children(): ReadonlyMap<ByteText, NameNode> {
    return this.#children ?? NOTHING;
  }

  /**
   * What was done to it and to all below it, worked out once: putting nodes together below changes nothing of it. Only what is added to
   * a tree would, and a tree is whole before anybody asks.
   */
  get all(): Uses | undefined {
    if (this.#children === undefined || this.#children.size === 0)
      return this.folder === undefined ? this.file : joinUses(this.file, this.folder);
    this.#all ??= sumOf(this);
    return this.#all;
  }

  add(child: NameNode): void {
    this.#children ??= new Map();
    this.#children.set(child.segment.written, child);
  }

  remove(child: NameNode): void {
    this.#children?.delete(child.segment.written);
  }

  /** Puts the names of a crowd in its place; answers their nodes. */
  disperse(child: NameNode): readonly NameNode[] {
    if (child.size === 1) return [child];
    this.remove(child);
    const { apart } = child;
    for (const one of apart) this.add(one);
    return apart;
  }
}

/** All of several nodes as one, under another name. */
export function mergeNodes(segment: Segment, nodes: readonly NameNode[]): NameNode {
  const merged = new NameNode(segment);
  for (const node of nodes) {
    if (node.file !== undefined) merged.file = joinUses(merged.file, node.file);
    if (node.folder !== undefined) merged.folder = joinUses(merged.folder, node.folder);
  }
  // One that it did not make among them may be anybody's.
  if (merged.folder?.isMade === true && !nodes.every(({ folder }) => folder?.isMade === true)) {
    merged.folder = { ...merged.folder, isMade: false };
  }
  const below = nodes.length === 1 ? nodes.flatMap(({ children }) => [...children.values()]) : withTwins(nodes);
  const names = new Map<ByteText, NameNode[]>();
  for (const child of below) {
    const same = names.get(child.segment.written);
    if (same === undefined) names.set(child.segment.written, [child]);
    else same.push(child);
  }
  for (const same of names.values()) {
    const [only] = same;
    if (only !== undefined) merged.add(same.length === 1 ? only : mergeNodes(only.segment, same));
  }
  return merged;
}

/** What is in some folders; names that several of them have stand apart from their crowds. */
function withTwins(folders: readonly NameNode[]): readonly NameNode[] {
  const seen = new Set<ByteText>();
  const twins = new Set<ByteText>();
  for (const { children } of folders) {
    for (const { segments } of children.values()) {
      for (const { written } of segments) {
        if (seen.has(written)) twins.add(written);
        else seen.add(written);
      }
    }
  }
  const hasTwin = ({ segments }: NameNode): boolean => segments.some(({ written }) => twins.has(written));
  return folders.flatMap(({ children }) =>
    [...children.values()].flatMap((child) => (child.size > 1 && hasTwin(child) ? child.apart : [child])),
  );
}

/** Adds up many without a new object for each. */
function sumOf(node: NameNode): Uses | undefined {
  let sum: { -readonly [Key in keyof Uses]: Uses[Key] } | undefined;
  const add = (uses: Uses | undefined): void => {
    if (uses === undefined) return;
    if (sum === undefined) {
      sum = { ...uses };
      return;
    }
    sum.bits |= uses.bits;
    sum.isOwner &&= uses.isOwner;
    sum.total += uses.total;
    sum.runs = joinRuns(sum.runs, uses.runs);
    sum.firstMs = Math.min(sum.firstMs, uses.firstMs);
    sum.namesProcess ||= uses.namesProcess;
    sum.isMade ||= uses.isMade;
    sum.names += uses.names;
  };
  add(node.file);
  add(node.folder);
  for (const child of node.children.values()) add(child.all);
  return sum;
}
