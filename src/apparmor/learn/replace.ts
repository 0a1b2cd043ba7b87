import type { ByteText } from '../../core/byte-text.ts';
import type { Measures } from './measures.ts';
import { joinUses, mergeNodes, type NameNode, type Uses } from './name-tree.ts';
import { expandedPath } from './path-text.ts';
import type { PatternEngine } from './pattern-engine.ts';
import type { Segment } from './places.ts';
import type { SensitiveGuard } from './sensitive.ts';
import type { Shapes } from './shape.ts';

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
  readonly shapes: Shapes;
  /** Knows what a pattern would open that nobody should. */
  readonly guard: SensitiveGuard;
  /** Whether what is put together was done by the owner. */
  readonly isOwner: boolean;
  readonly refused: Refused[];
}

/** Whether a pattern would open what nobody should; said once. */
export function isRefused(segments: readonly Segment[], uses: Uses, context: GeneraliseContext): boolean {
  const { guard, isOwner } = context;
  const pattern = expandedPath(segments, false);
  const reach = { bits: uses.bits, isOwner };
  const sensitive = guard.ofPattern(pattern, reach) ?? guard.ofPattern(expandedPath(segments, true), reach);
  if (sensitive === undefined) return false;
  context.refused.push({ pattern, names: uses.names, sensitive: sensitive.id });
  return true;
}

export interface Replacement {
  readonly segment: Segment;
  readonly nodes: readonly NameNode[];
  readonly above: readonly Segment[];
}

/** Whether a pattern for folders opens by what is below it: `/var/lib/*` is nothing, and its `unix.socket` is that of LXD too. */
function opensBelow(node: NameNode, segments: readonly Segment[], context: GeneraliseContext): boolean {
  if (node.children.size === 0) return false;
  const guard = context.guard.below(expandedPath(segments, true), context.isOwner);
  if (guard.isEmpty) return false;
  const within = { ...context, guard };
  for (const child of [...node.children.values()].flatMap(({ apart }) => apart)) {
    const path = [...segments, child.segment];
    const uses = joinedUses(child);
    if (uses !== undefined && isRefused(path, uses, within)) return true;
    if (opensBelow(child, path, within)) return true;
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
