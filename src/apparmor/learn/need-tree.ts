import type { ByteText } from '../../core/byte-text.ts';
import { joinUses, NameNode, sortOf, type Uses } from './name-tree.ts';
import { isSeenWithout, type Need, usesWithout } from './need.ts';
import { patternSegment, type Segment } from './places.ts';
import { mayBeVolatile, type Shapes } from './shape.ts';

/** What of the needs a tree is made for. */
export interface Selection {
  /** A run that is left out. */
  readonly without: number | undefined;
  /** Needs that something else allows. */
  readonly saved: ReadonlySet<Need>;
}

export interface NeedTreeParts {
  readonly isOwner: boolean;
  /** Whether a need stands for itself whatever it is like. */
  readonly isApart: (need: Need) => boolean;
  readonly shapes: Shapes;
}

/** A name with what is needed of it, and below it. Most have one need and nothing below: maps and lists are made for those that have more. */
class Place {
  readonly segment: Segment;
  #files: Need[] | undefined;
  #folders: Need[] | undefined;
  #children: Map<ByteText, Place> | undefined;
  #crowds: NeedCrowd[] | undefined;

  constructor(segment: Segment) {
    this.segment = segment;
  }

  get files(): readonly Need[] {
    return this.#files ?? NOTHING;
  }

  get folders(): readonly Need[] {
    return this.#folders ?? NOTHING;
  }

  get children(): ReadonlyMap<ByteText, Place> {
    return this.#children ?? NOBODY;
  }

  get crowds(): readonly NeedCrowd[] {
    return this.#crowds ?? NOTHING;
  }

  add(need: Need): void {
    if (need.placed.isFolder) (this.#folders ??= []).push(need);
    else (this.#files ??= []).push(need);
  }

  child(segment: Segment): Place {
    this.#children ??= new Map();
    const known = this.#children.get(segment.written);
    if (known !== undefined) return known;
    const child = new Place(segment);
    this.#children.set(segment.written, child);
    return child;
  }

  /** Has some of its children stand together. */
  crowd(children: readonly Place[]): void {
    (this.#crowds ??= []).push(new NeedCrowd(children));
    for (const { segment } of children) this.#children?.delete(segment.written);
  }
}

const NOTHING: readonly never[] = [];
const NOBODY: ReadonlyMap<ByteText, Place> = new Map();

/** The needs in the tree of their names, which is the same whatever is left out of them: it is made once. */
export class NeedTree {
  readonly #root = new Place(patternSegment(''));

  constructor(needs: readonly Need[], parts: NeedTreeParts) {
    const placer = new Placer(this.#root);
    for (const need of needs) if (need.isOwner === parts.isOwner) placer.add(need);
    gather(this.#root, new Kinds(parts));
  }

  /** The names of those that are left, to be put together. */
  select(selection: Selection): NameNode {
    return selected(this.#root, selection) ?? new NameNode(this.#root.segment);
  }
}

/** Puts needs into a tree; those of one folder come together. */
class Placer {
  readonly #root: Place;
  #folder: { readonly segments: readonly Segment[]; readonly place: Place };

  constructor(root: Place) {
    this.#root = root;
    this.#folder = { segments: [], place: root };
  }

  add(need: Need): void {
    const { folder, last } = need.placed;
    if (folder !== this.#folder.segments)
      this.#folder = {
        segments: folder,
        place: folder.reduce((place, segment) => place.child(segment), this.#root),
      };
    const place = last === undefined ? this.#folder.place : this.#folder.place.child(last);
    place.add(need);
  }
}

/** More than any {@link PermissionBits}. */
const BITS = 256;

/** Tells what only its name tells apart from others. */
class Kinds {
  readonly #parts: NeedTreeParts;
  readonly #counts = new Map<Need['counts'], number>();

  constructor(parts: NeedTreeParts) {
    this.#parts = parts;
  }

  /** The same for needs that all measures take for one another; nothing for one that has to stand for itself. */
  of({ segment, files, folders, children }: Place): string | number | undefined {
    const [need, ...more] = files;
    const { name } = segment;
    if (need === undefined || more.length > 0 || folders.length > 0 || children.size > 0 || name === undefined)
      return undefined;
    // What was done in some runs only may be different for two that have all else in common.
    if (need.facts.length > 1 || need.madeIn.length > 0 || sortOf(need.bits) === 'map' || this.#parts.isApart(need))
      return undefined;
    const number = (this.#numberOf(need) * 2 + Number(need.namesProcess)) * BITS + need.bits;
    return mayBeVolatile(name) ? `${String(number)} ${this.#shapesOf(name, need.namesProcess)}` : number;
  }

  /** What it looks like wherever it may come to lie, and however many runs are left of it. */
  #shapesOf(name: ByteText, isOfProcess: boolean): string {
    const contexts = isOfProcess ? [true, false] : [false];
    return contexts
      .flatMap((namesProcess) => [true, false].map((isTemporary) => ({ isTemporary, namesProcess })))
      .map((context) => {
        const shape = this.#parts.shapes.of(name, context);
        return shape === undefined ? '' : `${shape.strength}${shape.key}`;
      })
      .join('\0');
  }

  #numberOf({ counts }: Need): number {
    const known = this.#counts.get(counts) ?? this.#counts.size;
    this.#counts.set(counts, known);
    return known;
  }
}

function gather(place: Place, kinds: Kinds): void {
  if (place.children.size === 0) return;
  const alike = new Map<string | number, Place[]>();
  for (const child of place.children.values()) {
    gather(child, kinds);
    const kind = kinds.of(child);
    if (kind === undefined) continue;
    const same = alike.get(kind);
    if (same === undefined) alike.set(kind, [child]);
    else same.push(child);
  }
  for (const same of alike.values()) if (same.length > 1) place.crowd(same);
}

function selected(place: Place, selection: Selection): NameNode | undefined {
  const { segment, files, folders, children, crowds } = place;
  const node = new NameNode(segment);
  node.file = usesOf(files, selection);
  node.folder = usesOf(folders, selection);
  for (const child of children.values()) {
    const below = selected(child, selection);
    if (below !== undefined) node.add(below);
  }
  for (const crowd of crowds) {
    const stands = crowd.node(selection.without);
    if (stands !== undefined) node.add(stands);
  }
  return node.file === undefined && node.folder === undefined && node.children.size === 0 ? undefined : node;
}

function usesOf(needs: readonly Need[], { without, saved }: Selection): Uses | undefined {
  let uses: Uses | undefined;
  for (const need of needs) {
    if (saved.has(need) || !isSeenWithout(need, without)) continue;
    const own = usesWithout(need, without);
    // Nothing of what is not allowed yet was done in the runs that are left.
    if (own.bits !== 0) uses = joinUses(uses, own);
  }
  return uses;
}

/** Needs of one folder that only their names tell apart; so all of them are in the same runs. */
class NeedCrowd {
  readonly #segments: readonly Segment[];
  readonly #needs: readonly Need[];
  readonly #firstMs: number;

  constructor(places: readonly Place[]) {
    this.#segments = places.map(({ segment }) => segment);
    this.#needs = places.flatMap(({ files }) => files);
    this.#firstMs = this.#needs.reduce((least, { firstMs }) => Math.min(least, firstMs), Infinity);
  }

  /** Nothing where a run is left out, and they were seen in no other. */
  node(without: number | undefined): NameNode | undefined {
    const needs = this.#needs;
    const [first] = needs;
    const [segment] = this.#segments;
    if (first === undefined || segment === undefined || !isSeenWithout(first, without)) return undefined;
    const usesOfOne = (index: number): Uses => usesWithout(needs[index] ?? first, without);
    const node = new NameNode(segment, { segments: this.#segments, usesOf: usesOfOne });
    const uses = usesOfOne(0);
    node.file = { ...uses, firstMs: this.#firstMs, total: uses.total * needs.length, names: needs.length };
    return node;
  }
}
