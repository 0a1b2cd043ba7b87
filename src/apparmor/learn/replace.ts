import type { ByteText } from '../../core/byte-text.ts';
import type { Measures } from './measures.ts';
import { joinUses, mergeNodes, type NameNode, type Uses } from './name-tree.ts';
import { expandedPath } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import type { PermissionBits } from './permissions.ts';
import type { Segment } from './places.ts';
import type { shapeOf } from './shape.ts';

/** Names that stayed as they are although the measures would have let a pattern stand for them. */
export interface Refused {
  readonly pattern: ByteText;
  readonly names: number;
  /** The sensitive path that the pattern would have opened. */
  readonly sensitive: string;
}

export interface GeneraliseContext {
  readonly runs: number;
  readonly measures: Measures;
  readonly engine: PatternEngine;
  readonly shapeOf: typeof shapeOf;
  /** What a pattern would open that nobody should: the id of a sensitive path. */
  readonly opens: (pattern: ByteText, bits: PermissionBits) => string | undefined;
  readonly refused: Refused[];
}

/** Whether a pattern would open what nobody should; said once. */
export function isRefused(segments: readonly Segment[], uses: Uses, context: GeneraliseContext): boolean {
  const pattern = expandedPath(segments, false);
  const sensitive = context.opens(pattern, uses.bits) ?? context.opens(expandedPath(segments, true), uses.bits);
  if (sensitive === undefined) return false;
  context.refused.push({ pattern, names: uses.names, sensitive });
  return true;
}

export interface Replacement {
  readonly segment: Segment;
  readonly nodes: readonly NameNode[];
  readonly above: readonly Segment[];
}

/** Whether a pattern for folders opens by what is below it: `/var/lib/*` is nothing, and its `unix.socket` is that of LXD too. */
function opensBelow(node: NameNode, segments: readonly Segment[], context: GeneraliseContext): boolean {
  for (const child of node.children.values()) {
    const path = [...segments, child.segment];
    const uses = joinedUses(child);
    if (uses !== undefined && isRefused(path, uses, context)) return true;
    if (opensBelow(child, path, context)) return true;
  }
  return false;
}

function joinedUses({ file, folder }: NameNode): Uses | undefined {
  return folder === undefined ? file : joinUses(file, folder);
}

/** Puts one node in the place of several; `false` where its pattern would open what nobody should. */
export function replaceNodes(
  node: NameNode,
  { segment, nodes, above }: Replacement,
  context: GeneraliseContext,
): boolean {
  const merged = mergeNodes(segment, nodes);
  const uses = merged.all;
  if (uses === undefined || isRefused([...above, segment], uses, context)) return false;
  if (opensBelow(merged, [...above, segment], context)) return false;
  for (const one of nodes) node.remove(one);
  const there = node.children.get(segment.written);
  node.add(there === undefined ? merged : mergeNodes(segment, [there, merged]));
  return true;
}
