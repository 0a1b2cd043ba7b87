import type { ByteSet } from './byte-set.ts';
import type { PatternNode } from './tree.ts';

/** A place within patterns while text is read: what may come next. */
export type AutomatonNode =
  | { readonly kind: 'accept' }
  | { readonly kind: 'set'; readonly set: ByteSet; readonly next: number }
  | { readonly kind: 'many'; readonly set: ByteSet; readonly next: number }
  | { readonly kind: 'choice'; readonly options: readonly number[] };

export interface NodeTable {
  readonly nodes: readonly AutomatonNode[];
  readonly start: number;
}

/** The places of one or several patterns: their union. */
export function tableOf(trees: readonly PatternNode[]): NodeTable {
  const nodes: AutomatonNode[] = [{ kind: 'accept' }];
  const starts = trees.map((tree) => append(tree, 0, nodes));
  const [only] = starts;
  if (only !== undefined && starts.length === 1) return { nodes, start: only };
  return { nodes, start: push({ kind: 'choice', options: starts }, nodes) };
}

/** Appends what comes before `next`, back to front. */
function append(tree: PatternNode, next: number, nodes: AutomatonNode[]): number {
  switch (tree.kind) {
    case 'set':
    case 'many':
      return push({ kind: tree.kind, set: tree.set, next }, nodes);
    case 'sequence':
      return tree.parts.reduceRight((behind, part) => append(part, behind, nodes), next);
    case 'choice':
      return push({ kind: 'choice', options: tree.options.map((option) => append(option, next, nodes)) }, nodes);
  }
}

function push(node: AutomatonNode, nodes: AutomatonNode[]): number {
  nodes.push(node);
  return nodes.length - 1;
}
