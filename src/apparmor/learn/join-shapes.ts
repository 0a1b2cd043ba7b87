import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import { type NameNode, sortOf, type Uses } from './name-tree.ts';
import { expandedPath } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { bit, type PermissionBits, withImplied } from './permissions.ts';
import { patternSegment, type Segment } from './places.ts';
import { type GeneraliseContext, replaceNodes } from './replace.ts';
import { isMachineMade, patternOf, type Shape, type ShapeContext } from './shape.ts';

const TEMPORARY = /^\/(?:tmp|var\/tmp|dev\/shm|var\/cache|.*\/\.cache|run\/user\/[^/]+)(?:\/|$)/;

/** Patterns of one folder, those for most names first, that names of other shapes are held against. */
const MAX_TAKING_PATTERNS = 64;

interface Volatile {
  readonly node: NameNode;
  readonly uses: Uses;
  /** Names are put together with names of the same sort. */
  readonly sort: string;
}

interface Shaped extends Volatile {
  readonly shape: Shape;
  /** In what the shape was seen. */
  readonly context: ShapeContext;
  readonly isStable: boolean;
}

interface Candidates {
  readonly groups: readonly (readonly Shaped[])[];
  readonly volatile: readonly Volatile[];
}

/** Puts names of one shape together: those of one run only, and such as no person would think of, whenever they were seen. */
export function joinShapes(node: NameNode, above: readonly Segment[], context: GeneraliseContext): void {
  const { groups, volatile } = candidatesOf(node, above, context);
  const left = new Left(node);
  let taking = 0;
  for (const group of groups) {
    const own = left.of(group);
    if (!isEnough(own, context)) continue;
    const pattern = patternOf(own.flatMap((one) => shapesOf(one, context)));
    // Some names that mkstemp(3) makes look like words.
    const isTaking = pattern.includes('??') && taking < MAX_TAKING_PATTERNS;
    if (isTaking) taking += 1;
    const isLike = isTaking ? likeness(own, pattern, context.engine) : undefined;
    const others = isLike === undefined ? [] : left.of(volatile).flatMap((one) => left.part(one, isLike));
    const nodes = [...new Set([...own.map((one) => one.node), ...others])];
    if (replaceNodes(node, { segment: patternSegment(pattern, 'shape'), nodes, above }, context)) left.take(nodes);
  }
}

/** What of a folder's names no pattern was found for yet. */
class Left {
  readonly #folder: NameNode;
  readonly #taken = new Set<NameNode>();
  /** Crowds that only a part of was taken of. */
  readonly #dispersed = new Map<NameNode, readonly NameNode[]>();

  constructor(folder: NameNode) {
    this.#folder = folder;
  }

  of<One extends Volatile>(all: readonly One[]): readonly One[] {
    return all
      .flatMap((one) => {
        const apart = this.#dispersed.get(one.node);
        return apart === undefined ? [one] : apart.map((node) => ({ ...one, node, uses: node.file ?? one.uses }));
      })
      .filter(({ node }) => !this.#taken.has(node));
  }

  /** The names of one that are like something; a crowd is dispersed where not all are. */
  part(one: Volatile, isLike: Likeness): readonly NameNode[] {
    const { node } = one;
    const like = node.segments.filter(({ name = '' }) => isLike(one, name));
    if (like.length === 0) return [];
    if (like.length === node.size) return [node];
    const apart = this.#folder.disperse(node);
    this.#dispersed.set(node, apart);
    return apart.filter(({ segment: { name = '' } }) => isLike(one, name));
  }

  take(nodes: readonly NameNode[]): void {
    for (const node of nodes) this.#taken.add(node);
  }
}

type Likeness = (one: Volatile, name: ByteText) => boolean;

/** Says whether a name is one that the pattern of some matches, with nothing done to it that was not done to them. */
function likeness(own: readonly Shaped[], pattern: ByteText, engine: PatternEngine): Likeness | undefined {
  const sort = own[0]?.sort;
  const bits = withImplied(own.reduce<PermissionBits>((sum, { uses }) => sum | uses.bits, 0));
  const matches = engine.compile(`/${pattern}`);
  if (matches === undefined) return undefined;
  return ({ sort: its, uses }, name) => its === sort && (uses.bits & ~bits) === 0 && matches(`/${name}`);
}

/** The shapes of all its names. */
function shapesOf({ node, shape, context }: Shaped, { shapes }: GeneraliseContext): readonly Shape[] {
  return node.size === 1 ? [shape] : shapes.ofAll(node.segments, context);
}

/** Those that most names have come first; then by the shapes, so that the order of the log makes no difference. */
function candidatesOf(node: NameNode, above: readonly Segment[], context: GeneraliseContext): Candidates {
  const isTemporary = TEMPORARY.test(`${expandedPath(above, false)}/`);
  const groups = new Map<string, Map<string, Shaped[]>>();
  const volatile: Volatile[] = [];
  for (const child of node.children.values()) {
    const { name } = child.segment;
    if (name === undefined) continue;
    const uses = child.all;
    if (uses === undefined || (child.file !== undefined && (child.file.bits & bit('x')) !== 0)) continue;
    const isStable = context.runs > 1 && uses.runs.size > 1;
    const sort = child.children.size === 0 ? sortOf(uses.bits) : 'folder';
    if (!isStable) volatile.push({ node: child, uses, sort });
    const shapeContext = {
      isTemporary: isTemporary && !isStable,
      namesProcess: !isStable && (child.file?.namesProcess === true || (child.file === undefined && uses.namesProcess)),
    };
    const shape = context.shapes.of(name, shapeContext);
    if (shape === undefined || (isStable && !isMachineMade(shape))) continue;
    const shaped = { node: child, shape, context: shapeContext, uses, sort, isStable };
    const ofSort = groups.get(sort) ?? new Map<string, Shaped[]>();
    groups.set(sort, ofSort);
    const group = ofSort.get(shape.key);
    if (group === undefined) ofSort.set(shape.key, [shaped]);
    else group.push(shaped);
  }
  return {
    groups: [...groups]
      .flatMap(([sort, ofSort]) =>
        [...ofSort].map(([key, group]) => ({ key: `${sort}/${key}`, size: sizeOf(group), group })),
      )
      .sort((a, b) => b.size - a.size || compareBytes(a.key, b.key))
      .map(({ group }) => group),
    volatile,
  };
}

function isEnough(group: readonly Shaped[], { runs, measures }: GeneraliseContext): boolean {
  const volatile = group.filter(({ isStable }) => !isStable);
  if (volatile.some(({ shape }) => shape.strength === 'strong')) return true;
  if (sizeOf(group) >= measures.namesOfWeakShape) return true;
  const seenIn = new Set(volatile.flatMap(({ uses }) => [...uses.runs]));
  return runs > 1 && sizeOf(volatile) > 1 && seenIn.size > 1;
}

function sizeOf(group: readonly Shaped[]): number {
  return group.reduce((sum, { node }) => sum + node.size, 0);
}
