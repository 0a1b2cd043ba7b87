import type { Measures } from './measures.ts';
import { joinUses, type NameNode, sortOf, type Uses } from './name-tree.ts';
import { expandedPath } from './path-text.ts';
import { bit } from './permissions.ts';
import type { Segment } from './places.ts';

/* Folders of which it is known whose they are, or how a program comes to the names in them. */

/**
 * Folders of a home for what many programs have in common, whichever of them makes them first (XDG Base Directory Specification;
 * user-dirs.defaults of xdg-user-dirs).
 */
const SHARED_IN_HOME =
  /^\/(?:\{home\/\*,root\}|home\/[^/]+|root)\/(?:\.config|\.cache|\.local(?:\/(?:share|state|bin))?|bin|Desktop|Documents|Downloads|Music|Pictures|Public|Templates|Videos)$/;

/** Whether a program made a folder itself, and so all that is in it is its own. */
export function isOwnFolder({ folder }: NameNode, above: readonly Segment[]): boolean {
  return folder?.isMade === true && folder.isOwner && !SHARED_IN_HOME.test(expandedPath(above, false));
}

/** What packages and the administrator put there, for programs to find it by listing the folder. */
const SYSTEM = /^\/(?:etc|usr|opt)\//;

/** Whether a program takes whatever files it finds in a folder of the system: it lists the folder, and reads several. */
export function isListedFolder(node: NameNode, above: readonly Segment[], { listedNames }: Measures): boolean {
  if (!SYSTEM.test(expandedPath(above, true)) || !isRead(node.folder)) return false;
  return filesOf(node) >= listedNames;
}

/** Whether it does so with a folder and with all folders in it. */
export function isListedTree(node: NameNode, above: readonly Segment[], { listedNames }: Measures): boolean {
  if (!SYSTEM.test(expandedPath(above, true)) || foldersOf(node).length === 0) return false;
  const names = listedFiles(node);
  return names !== undefined && names >= listedNames;
}

/** How many files were read below a folder; `undefined` where a folder with files was not listed, or something else was done. */
function listedFiles(node: NameNode): number | undefined {
  if (!isRead(node.folder)) return undefined;
  let names = 0;
  for (const { file, children, folder } of node.children.values()) {
    if (file !== undefined && !isRead(file)) return undefined;
    if (children.size === 0 && folder !== undefined && !isRead(folder)) return undefined;
    names += file?.names ?? 0;
  }
  for (const folder of foldersOf(node)) {
    const below = listedFiles(folder);
    if (below === undefined) return undefined;
    names += below;
  }
  return names;
}

function foldersOf(node: NameNode): readonly NameNode[] {
  return [...node.children.values()].filter(({ children }) => children.size > 0);
}

function filesOf(node: NameNode): number {
  let files = 0;
  for (const { file, children, size } of node.children.values()) if (children.size === 0 && isRead(file)) files += size;
  return files;
}

function isRead(uses: Uses | undefined): boolean {
  return uses !== undefined && (uses.bits & bit('r')) !== 0 && sortOf(uses.bits) === 'read';
}

/** What was done to all below a folder, without the folder itself. */
export function usesBelow(node: NameNode): Uses | undefined {
  let uses: Uses | undefined;
  for (const child of node.children.values()) {
    const below = child.all;
    if (below !== undefined) uses = joinUses(uses, below);
  }
  return uses;
}
