import { compareBytes } from '../../core/byte-text.ts';
import { crowdFiles, crowdFolders, crowdLibraries, isStableTree, NOT_HIDDEN } from './crowd.ts';
import { joinUses, type NameNode, type Sort, sortOf, type Uses } from './name-tree.ts';
import { depthOf, expandedPath } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { bit, withImplied } from './permissions.ts';
import { patternSegment, type Segment, type Widening } from './places.ts';
import { type GeneraliseContext, isRefused, replaceNodes } from './replace.ts';
import { patternOf, type Shape } from './shape.ts';

/** A pattern with what it stands for. */
export interface LearnedPath {
  readonly segments: readonly Segment[];
  readonly isFolder: boolean;
  readonly uses: Uses;
  readonly widening: Widening;
}

/** A `*` folder with more rules below it than this is written as `**`. */
const RULES_BELOW_A_STAR = 4;

const TEMPORARY = /^\/(?:tmp|var\/tmp|dev\/shm|var\/cache|.*\/\.cache|run\/user\/[^/]+)(?:\/|$)/;

/** Turns the names of a tree into as few patterns as the measures allow; the tree is used up. */
export function generalise(root: NameNode, context: GeneraliseContext): readonly LearnedPath[] {
  return learnFolder(root, [], context);
}

function learnFolder(node: NameNode, above: readonly Segment[], context: GeneraliseContext): readonly LearnedPath[] {
  joinShapes(node, above, context);
  const tree = stableTree(node, above, context);
  if (tree !== undefined) return tree;
  crowdFolders(node, above, context);
  crowdFiles(node, above, context);
  crowdLibraries(node, above, context);
  absorbNames(node, context.engine);
  return [...node.children.values()]
    .toSorted((a, b) => compareBytes(a.segment.written, b.segment.written))
    .flatMap((child) => learnChild(child, above, context));
}

function learnChild(child: NameNode, above: readonly Segment[], context: GeneraliseContext): readonly LearnedPath[] {
  const segments = [...above, child.segment];
  const widening = wideningOf(segments);
  const own: LearnedPath[] = [];
  if (child.file !== undefined) own.push({ segments, isFolder: false, uses: child.file, widening });
  if (child.folder !== undefined) own.push({ segments, isFolder: true, uses: child.folder, widening });
  if (child.children.size === 0) return own;
  const whole = child.all;
  const below = learnFolder(child, segments, context);
  if (
    (child.segment.written === '*' || child.segment.written === NOT_HIDDEN) &&
    whole !== undefined &&
    below.length > RULES_BELOW_A_STAR
  ) {
    const tree = asTree({ above, uses: whole, paths: below }, context);
    if (tree !== undefined) return [tree];
  }
  return [...own, ...below];
}

const WIDENINGS: readonly Widening[] = ['none', 'place', 'shape', 'folder', 'tree'];

/** The widest of a path's parts. */
function wideningOf(segments: readonly Segment[]): Widening {
  const ranks = segments.map(({ name, widening = 'place' }) => (name === undefined ? WIDENINGS.indexOf(widening) : 0));
  return WIDENINGS[Math.max(...ranks)] ?? 'none';
}

/** `**` instead of `*` and what is below it: nothing there may be mapped or executed, as nobody could say what it will be. */
function asTree(
  {
    above,
    uses,
    paths,
  }: { readonly above: readonly Segment[]; readonly uses: Uses; readonly paths: readonly LearnedPath[] },
  context: GeneraliseContext,
): LearnedPath | undefined {
  if (depthOf(above) < context.measures.depthOfDoubleStar) return undefined;
  if (paths.some((path) => sortOf(path.uses.bits) === 'map' || (path.uses.bits & (bit('m') | bit('x'))) !== 0)) {
    return undefined;
  }
  const segments = [...above, patternSegment('**', 'tree')];
  if (isRefused(segments, uses, context)) return undefined;
  return { segments, isFolder: false, uses, widening: 'tree' };
}

/** Folders with the same files in every run, all of them read only: fonts, icons, translations. */
function stableTree(
  node: NameNode,
  above: readonly Segment[],
  context: GeneraliseContext,
): readonly LearnedPath[] | undefined {
  if (depthOf(above) < context.measures.depthOfDoubleStar || !isStableTree(node, context.measures)) return undefined;
  const below = [...node.children.values()].map((child) => child.all).filter((uses) => uses !== undefined);
  const [first, ...others] = below;
  if (first === undefined) return undefined;
  const uses = others.reduce((sum, one) => joinUses(sum, one), first);
  const tree = asTree({ above, uses, paths: [] }, context);
  return tree === undefined ? undefined : [tree];
}

/** Names that a pattern beside them allows already, with all that was done to them, are counted there. */
function absorbNames(node: NameNode, engine: PatternEngine): void {
  const leaves = [...node.children.values()].filter(
    ({ children, folder }) => children.size === 0 && folder === undefined,
  );
  const patterns = leaves
    .filter(({ segment }) => segment.name === undefined)
    .toSorted((a, b) => compareBytes(a.segment.written, b.segment.written));
  if (patterns.length === 0) return;
  for (const leaf of leaves.toSorted((a, b) => compareBytes(a.segment.written, b.segment.written))) {
    const { name } = leaf.segment;
    const { file } = leaf;
    if (name === undefined || file === undefined) continue;
    const by = patterns.find(
      (pattern) =>
        pattern.file !== undefined &&
        (file.bits & ~withImplied(pattern.file.bits)) === 0 &&
        engine.compile(`/${pattern.segment.expanded}`)?.(`/${name}`) === true,
    );
    if (by === undefined) continue;
    by.file = joinUses(by.file, file);
    node.remove(leaf);
  }
}

interface Shaped {
  readonly node: NameNode;
  readonly shape: Shape;
  readonly uses: Uses;
}

function joinShapes(node: NameNode, above: readonly Segment[], context: GeneraliseContext): void {
  const isTemporary = TEMPORARY.test(`${expandedPath(above, false)}/`);
  const groups: Shaped[][] = [];
  const known = {
    read: new Map<string, Shaped[]>(),
    write: new Map(),
    map: new Map(),
    folder: new Map(),
  } satisfies Record<Sort | 'folder', Map<string, Shaped[]>>;
  for (const child of node.children.values()) {
    const { name } = child.segment;
    if (name === undefined) continue;
    const uses = child.all;
    if (uses === undefined || (context.runs > 1 && uses.runs.size > 1)) continue;
    if (child.file !== undefined && (child.file.bits & bit('x')) !== 0) continue;
    const shape = context.shapeOf(name, {
      isTemporary,
      namesProcess: child.file?.namesProcess === true || (child.file === undefined && uses.namesProcess),
    });
    if (shape === undefined) continue;
    const alike: Map<string, Shaped[]> = known[child.children.size === 0 ? sortOf(uses.bits) : 'folder'];
    const group = alike.get(shape.key) ?? [];
    if (group.push({ node: child, shape, uses }) > 1) continue;
    alike.set(shape.key, group);
    groups.push(group);
  }
  for (const group of groups) {
    if (!isEnough(group, context)) continue;
    // In the order of the names, so that the order of the log makes no difference.
    const sorted = group.toSorted((a, b) => compareBytes(a.node.segment.written, b.node.segment.written));
    replaceNodes(
      node,
      {
        segment: patternSegment(patternOf(sorted.map(({ shape }) => shape)), 'shape'),
        nodes: sorted.map(({ node: one }) => one),
        above,
      },
      context,
    );
  }
}

function isEnough(group: readonly Shaped[], { runs, measures }: GeneraliseContext): boolean {
  if (group.some(({ shape }) => shape.strength === 'strong')) return true;
  if (group.length >= measures.namesOfWeakShape) return true;
  const seenIn = new Set(group.flatMap(({ uses }) => [...uses.runs]));
  return runs > 1 && group.length > 1 && seenIn.size > 1;
}
