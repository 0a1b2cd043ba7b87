import { compareBytes } from '../../core/byte-text.ts';
import { isListedTree, isOwnFolder, usesBelow } from './collections.ts';
import { crowdFiles, crowdFolders, crowdLibraries, isStableTree, NOT_HIDDEN } from './crowd.ts';
import { joinUses, type NameNode, sortOf, type Uses } from './name-tree.ts';
import { depthOf } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { bit, withImplied } from './permissions.ts';
import { patternSegment, type Segment, type Widening } from './places.ts';
import { type GeneraliseContext, isRefused } from './replace.ts';
import { joinShapes } from './join-shapes.ts';

/** A pattern with what it stands for. */
export interface LearnedPath {
  readonly segments: readonly Segment[];
  readonly isFolder: boolean;
  readonly uses: Uses;
  readonly widening: Widening;
}

/** A `*` folder with more rules below it than this is written as `**`. */
const RULES_BELOW_A_STAR = 4;

/** Turns the names of a tree into as few patterns as the measures allow; the tree is used up. */
export function generalise(root: NameNode, context: GeneraliseContext): readonly LearnedPath[] {
  return learnFolder(root, [], context);
}

function learnFolder(node: NameNode, above: readonly Segment[], context: GeneraliseContext): readonly LearnedPath[] {
  const own = isOwnFolder(node, above) ? usesBelow(node) : undefined;
  const names = learnNames(node, above, context);
  if (own === undefined || !isWorthTree(names, above)) return names;
  // Nobody else has anything there, so it may lie nearer to the root than other trees.
  const tree = asTree({ above, uses: own, paths: names, leastDepth: context.measures.depthOfStar }, context);
  return tree === undefined ? names : [tree];
}

/** So many rules, or a tree below already: all that is in a folder is said more clearly by one. */
function isWorthTree(paths: readonly LearnedPath[], above: readonly Segment[]): boolean {
  return (
    paths.length > RULES_BELOW_A_STAR ||
    paths.some(({ widening, segments }) => widening === 'tree' && segments.length > above.length + 1)
  );
}

function learnNames(node: NameNode, above: readonly Segment[], context: GeneraliseContext): readonly LearnedPath[] {
  joinShapes(node, above, context);
  const tree = stableTree(node, above, context);
  if (tree !== undefined) return tree;
  crowdFolders(node, above, context);
  crowdFiles(node, above, context);
  crowdLibraries(node, above, context);
  absorbNames(node, context.engine);
  return [...node.children.values()].flatMap(({ apart }) =>
    apart.flatMap((child) => learnChild(child, above, context)),
  );
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
    const leastDepth = context.measures.depthOfDoubleStar;
    const tree = asTree({ above, uses: whole, paths: below, leastDepth }, context);
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

interface Tree {
  readonly above: readonly Segment[];
  readonly uses: Uses;
  readonly paths: readonly LearnedPath[];
  readonly leastDepth: number;
}

/** `**` instead of what is below a folder: nothing there may be mapped or executed, as nobody could say what it will be. */
function asTree({ above, uses, paths, leastDepth }: Tree, context: GeneraliseContext): LearnedPath | undefined {
  if (depthOf(above) < leastDepth) return undefined;
  if (paths.some((path) => sortOf(path.uses.bits) === 'map' || (path.uses.bits & (bit('m') | bit('x'))) !== 0)) {
    return undefined;
  }
  const segments = [...above, patternSegment('**', 'tree')];
  if (isRefused(segments, uses, context)) return undefined;
  return { segments, isFolder: false, uses, widening: 'tree' };
}

/** Folders with the same files in every run, or all of them listed, and read only: fonts, icons, translations. */
function stableTree(
  node: NameNode,
  above: readonly Segment[],
  context: GeneraliseContext,
): readonly LearnedPath[] | undefined {
  const { measures } = context;
  if (depthOf(above) < measures.depthOfDoubleStar) return undefined;
  if (!isStableTree(node, measures) && !isListedTree(node, above, measures)) return undefined;
  const uses = usesBelow(node);
  if (uses === undefined) return undefined;
  const tree = asTree({ above, uses, paths: [], leastDepth: measures.depthOfDoubleStar }, context);
  return tree === undefined ? undefined : [tree];
}

/** More patterns in one folder are not compared with each other. */
const MAX_COMPARED = 64;

/** Names and patterns that a pattern beside them allows already, with all that was done to them, are counted there. */
function absorbNames(node: NameNode, engine: PatternEngine): void {
  const together = [...node.children.values()].filter(
    ({ children, folder }) => children.size === 0 && folder === undefined,
  );
  const patterns = together
    .filter(({ segment }) => segment.name === undefined)
    .toSorted((a, b) => compareBytes(a.segment.written, b.segment.written));
  if (patterns.length === 0) return;
  const leaves = together.flatMap((leaf) => node.disperse(leaf));
  const isFew = patterns.length <= MAX_COMPARED;
  for (const leaf of leaves) {
    const { file, segment } = leaf;
    if (file === undefined || (segment.name === undefined && !isFew)) continue;
    const by = patterns.find(
      (pattern) =>
        pattern !== leaf &&
        pattern.file !== undefined &&
        node.children.get(pattern.segment.written) === pattern &&
        (file.bits & ~withImplied(pattern.file.bits)) === 0 &&
        isWithin(segment, pattern.segment, engine),
    );
    if (by?.file === undefined) continue;
    by.file = joinUses(by.file, file);
    node.remove(leaf);
  }
}

function isWithin({ name, expanded }: Segment, pattern: Segment, engine: PatternEngine): boolean {
  if (name !== undefined) return engine.compile(`/${pattern.expanded}`)?.(`/${name}`) === true;
  return pattern.widening !== 'place' && engine.includes(`/${pattern.expanded}`, `/${expanded}`);
}
