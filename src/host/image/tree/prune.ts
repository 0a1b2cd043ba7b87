import type { ArchiveNode, DirectoryNode } from './node.ts';

export interface PruneContext {
  /** What this layer put there stays: a whiteout only hides what lies below it. */
  readonly layer: number;
  /** Told of every name that is looked at. */
  readonly spend: (bytes: number) => void;
}

/** Takes out of a directory what lower layers put there. */
export function prune(directory: DirectoryNode, context: PruneContext): void {
  // Once is enough: whatever came after the first time is of this layer.
  if (directory.opaqueSince === context.layer) return;
  directory.opaqueSince = context.layer;
  for (const [name, child] of directory.children) pruneChild(directory, [name, child], context);
}

/** Takes one name of lower layers out of a directory. */
export function pruneName(directory: DirectoryNode, name: string, context: PruneContext): void {
  const child = directory.children.get(name);
  if (child !== undefined) pruneChild(directory, [name, child], context);
}

function pruneChild(
  directory: DirectoryNode,
  [name, child]: readonly [string, ArchiveNode],
  context: PruneContext,
): void {
  context.spend(name.length);
  if (child.type === 'directory') prune(child, context);
  const isOurs = child.layer === context.layer || (child.type === 'directory' && child.children.size > 0);
  if (!isOurs) directory.children.delete(name);
}
