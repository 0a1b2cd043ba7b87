import { type ByteText, toText } from '../../core/byte-text.ts';
import { isListedFolder } from './collections.ts';
import { AllNames } from './all-names.ts';
import { escapeName } from './escape.ts';
import type { Measures } from './measures.ts';
import { type NameNode, type Sort, sortOf } from './name-tree.ts';
import { depthOf, expandedPath } from './path-text.ts';
import { bit } from './permissions.ts';
import { patternSegment, type Segment } from './places.ts';
import { type GeneraliseContext, replaceNodes } from './replace.ts';

/** More endings than this in one folder say nothing of what belongs there. */
const MAX_EXTENSIONS = 4;
/** A folder for everybody's files, with one folder above it. */
const SHALLOW = new Set(['/tmp']);
/** Any name but hidden ones; `[^.]` alone would match a slash (apparmor.d(5), Globbing). */
export const NOT_HIDDEN = '[^./]*';

/** Many names without a shape in one folder: `*`, with their ending where they have one in common. */
export function crowdFiles(node: NameNode, above: readonly Segment[], context: GeneraliseContext): void {
  if (!isDeepEnough(above, context.measures)) return;
  for (const sort of ['read', 'write'] as const) {
    const leaves = leavesOf(node, sort);
    const volatile = leaves.filter((leaf) => isVolatile(leaf, context));
    if (namesOf(volatile) >= context.measures.volatileNames) {
      // What is read in every run is among them anyway; what is written in every run keeps its own rule.
      joinCrowd(node, { leaves: sort === 'read' ? leaves : volatile, above }, context);
    } else if (sort === 'read' && isListedFolder(node, above, context.measures)) {
      joinCrowd(node, { leaves, above, isListed: true }, context);
    } else if (sort === 'read' && namesOf(leaves) >= context.measures.stableNames) {
      joinCrowd(node, { leaves, above }, context);
    }
  }
}

interface Crowd {
  readonly leaves: readonly NameNode[];
  readonly above: readonly Segment[];
  /** What the names begin with is chance then. */
  readonly isListed?: boolean;
}

function joinCrowd(node: NameNode, { leaves, above, isListed = false }: Crowd, context: GeneraliseContext): void {
  const pattern = crowdPattern(new AllNames(leaves.map(({ segments }) => segments)), isListed);
  replaceNodes(node, { segment: patternSegment(pattern, 'folder'), nodes: leaves, above }, context);
}

/** `*` with what all names begin with, and with their endings where those are few. */
function crowdPattern(names: AllNames, isListed: boolean): ByteText {
  const prefix = isListed ? '' : wholeCharacters(names.sharedPrefix());
  const endings = names.endings(prefix.length);
  const [only = ''] = endings;
  const isFew = endings.length <= MAX_EXTENSIONS && endings.every((ending) => ending !== '');
  const ending = !isFew
    ? ''
    : endings.length === 1
      ? escapeName(only)
      : `.{${endings.map((one) => escapeName(one.slice(1))).join(',')}}`;
  const star = names.hasHidden() || prefix !== '' || ending !== '' ? '*' : NOT_HIDDEN;
  return `${escapeName(prefix)}${star}${ending}`;
}

/** Without the beginning of a UTF-8 sequence at its end. */
function wholeCharacters(prefix: ByteText): ByteText {
  return toText(prefix) === undefined ? prefix.replace(/[\u0080-\u00ff]+$/, '') : prefix;
}

/** Volatile folders beside each other, or folders in which everything is only read: `*` stands for them. */
export function crowdFolders(node: NameNode, above: readonly Segment[], context: GeneraliseContext): void {
  if (!isDeepEnough(above, context.measures)) return;
  const folders = childrenThat(
    node,
    ({ segment, children, folder }) => segment.name !== undefined && (children.size > 0 || folder !== undefined),
  );
  const volatile = folders.filter((folder) => isVolatile(folder, context));
  const isCrowd = volatile.length >= context.measures.folders;
  const reads = isCrowd ? volatile : folders.filter((folder) => sortsBelow(folder).every((sort) => sort === 'read'));
  if (!isCrowd && reads.length < context.measures.stableNames) return;
  const isHidden = reads.some(({ segment }) => segment.name?.startsWith('.') === true);
  replaceNodes(node, { segment: patternSegment(isHidden ? '*' : NOT_HIDDEN, 'folder'), nodes: reads, above }, context);
}

/** Where ld.so(8) looks without being told, and only root writes. */
const TRUSTED_BY_LOADER = /^(?:\/usr)?\/lib(?:32|64|x32)?(?:\/\*-linux-gnu\*)?$/;

/** Libraries of one folder in which nothing was written: `lib*.so*`. Nothing else that is mapped is ever put together. */
export function crowdLibraries(node: NameNode, above: readonly Segment[], context: GeneraliseContext): void {
  if (!isDeepEnough(above, context.measures) || leavesOf(node, 'write').length > 0) return;
  const libraries = childrenThat(
    node,
    ({ segment, children, file }) =>
      children.size === 0 &&
      file !== undefined &&
      (file.bits & bit('x')) === 0 &&
      sortOf(file.bits) === 'map' &&
      /\.so(?:\.\[0-9\]\*)?$/.test(segment.written),
  );
  const { stableNames, trustedLibraries } = context.measures;
  if (libraries.length < (TRUSTED_BY_LOADER.test(expandedPath(above, false)) ? trustedLibraries : stableNames)) return;
  const prefix = libraries.every(({ segment }) => segment.written.startsWith('lib')) ? 'lib' : '';
  replaceNodes(
    node,
    { segment: patternSegment(`${escapeName(prefix)}*.so*`, 'folder'), nodes: libraries, above },
    context,
  );
}

/** Whether so much is below a folder, and all of it only read, that it is a collection: `**` stands for it. */
export function isStableTree(node: NameNode, { folders, stableNames }: Measures): boolean {
  const within = [...node.children.values()].filter(({ children }) => children.size > 0);
  if (within.length < folders || !sortsBelow(node).every((sort) => sort === 'read')) return false;
  let names = 0;
  for (const folder of within) names += folder.all?.names ?? 0;
  return names >= stableNames;
}

function isDeepEnough(above: readonly Segment[], { depthOfStar }: Measures): boolean {
  return depthOf(above) >= depthOfStar || SHALLOW.has(expandedPath(above, false));
}

function isVolatile(node: NameNode, { runs }: GeneraliseContext): boolean {
  return runs === 1 || node.all?.runs.size === 1;
}

function leavesOf(node: NameNode, sort: Sort): readonly NameNode[] {
  return childrenThat(
    node,
    ({ segment, children, file, folder }) =>
      segment.name !== undefined &&
      children.size === 0 &&
      folder === undefined &&
      file !== undefined &&
      (file.bits & bit('x')) === 0 &&
      sortOf(file.bits) === sort,
  );
}

function namesOf(nodes: readonly NameNode[]): number {
  return nodes.reduce((sum, { size }) => sum + size, 0);
}

/** Those of a folder that are of a kind. */
function childrenThat(node: NameNode, isOne: (child: NameNode) => boolean): readonly NameNode[] {
  return [...node.children.values()].filter(isOne);
}

function sortsBelow(node: NameNode): readonly Sort[] {
  const sorts = new Set<Sort>();
  const visit = (one: NameNode): void => {
    if (one.file !== undefined) sorts.add(sortOf(one.file.bits));
    if (one.folder !== undefined) sorts.add(sortOf(one.folder.bits));
    for (const child of one.children.values()) visit(child);
  };
  for (const child of node.children.values()) visit(child);
  if (node.folder !== undefined) sorts.add(sortOf(node.folder.bits));
  return [...sorts];
}
