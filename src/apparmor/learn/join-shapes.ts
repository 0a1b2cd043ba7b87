import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import { type NameNode, sortOf, type Uses } from './name-tree.ts';
import { expandedPath } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { bit, type PermissionBits, withImplied } from './permissions.ts';
import { patternSegment, type Segment } from './places.ts';
import { type GeneraliseContext, replaceNodes } from './replace.ts';
import { isMachineMade, patternOf, type Shape } from './shape.ts';

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
  readonly isStable: boolean;
}

interface Candidates {
  readonly groups: readonly (readonly Shaped[])[];
  readonly volatile: readonly Volatile[];
}

/** Puts names of one shape together: those of one run only, and such as no person would think of, whenever they were seen. */
export function joinShapes(node: NameNode, above: readonly Segment[], context: GeneraliseContext): void {
  const { groups, volatile } = candidatesOf(node, above, context);
  const taken = new Set<NameNode>();
  let taking = 0;
  for (const group of groups) {
    const own = group.filter((one) => !taken.has(one.node));
    if (!isEnough(own, context)) continue;
    const pattern = patternOf(own.map(({ shape }) => shape));
    // Some names that mkstemp(3) makes look like words.
    const isTaking = pattern.includes('??') && taking < MAX_TAKING_PATTERNS;
    if (isTaking) taking += 1;
    const isLike = isTaking ? likeness(own, pattern, context.engine) : undefined;
    const others = isLike === undefined ? [] : volatile.filter((one) => !taken.has(one.node) && isLike(one));
    const nodes = [...new Set([...own, ...others].map((one) => one.node))];
    if (!replaceNodes(node, { segment: patternSegment(pattern, 'shape'), nodes, above }, context)) continue;
    for (const one of nodes) taken.add(one);
  }
}

/** Says whether a name is one that the pattern of some matches, with nothing done to it that was not done to them. */
function likeness(
  own: readonly Shaped[],
  pattern: ByteText,
  engine: PatternEngine,
): ((one: Volatile) => boolean) | undefined {
  const sort = own[0]?.sort;
  const bits = withImplied(own.reduce<PermissionBits>((sum, { uses }) => sum | uses.bits, 0));
  const matches = engine.compile(`/${pattern}`);
  if (matches === undefined) return undefined;
  return ({ sort: its, uses, node }) =>
    its === sort && (uses.bits & ~bits) === 0 && matches(`/${node.segment.name ?? ''}`);
}

/** Those that most names have come first; then by the shapes, so that the order of the log makes no difference. */
function candidatesOf(node: NameNode, above: readonly Segment[], context: GeneraliseContext): Candidates {
  const isTemporary = TEMPORARY.test(`${expandedPath(above, false)}/`);
  const groups = new Map<string, Shaped[]>();
  const volatile: Volatile[] = [];
  for (const child of node.children.values()) {
    const { name } = child.segment;
    if (name === undefined) continue;
    const uses = child.all;
    if (uses === undefined || (child.file !== undefined && (child.file.bits & bit('x')) !== 0)) continue;
    const isStable = context.runs > 1 && uses.runs.size > 1;
    const sort = child.children.size === 0 ? sortOf(uses.bits) : 'folder';
    if (!isStable) volatile.push({ node: child, uses, sort });
    const shape = context.shapeOf(name, {
      isTemporary: isTemporary && !isStable,
      namesProcess: !isStable && (child.file?.namesProcess === true || (child.file === undefined && uses.namesProcess)),
    });
    if (shape === undefined || (isStable && !isMachineMade(shape))) continue;
    const key = `${sort}/${shape.key}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ node: child, shape, uses, sort, isStable }]);
    else group.push({ node: child, shape, uses, sort, isStable });
  }
  return {
    groups: [...groups]
      .toSorted(([a, one], [b, other]) => other.length - one.length || compareBytes(a, b))
      .map(([, group]) => group),
    volatile,
  };
}

function isEnough(group: readonly Shaped[], { runs, measures }: GeneraliseContext): boolean {
  const volatile = group.filter(({ isStable }) => !isStable);
  if (volatile.some(({ shape }) => shape.strength === 'strong')) return true;
  if (group.length >= measures.namesOfWeakShape) return true;
  const seenIn = new Set(volatile.flatMap(({ uses }) => [...uses.runs]));
  return runs > 1 && volatile.length > 1 && seenIn.size > 1;
}
