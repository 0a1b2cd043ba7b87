import type { Json } from '../../core/json.ts';
import type { Mark } from '../source-text.ts';
import type { Node } from '../tree.ts';

/** One value that an inventory gives to a host or a group, and where. */
export interface Variable {
  readonly value: Json;
  readonly mark: Mark;
  /** Whether ansible-vault(1) has encrypted it, or a part of it; the value is then `null`. */
  readonly isEncrypted: boolean;
}

export type VariableMap = ReadonlyMap<string, Variable>;

/** A node of a YAML file as a variable. Gaps are what ansible-vault has encrypted. */
export function variableOf(node: Node, mark: Mark): Variable {
  const isEncrypted = hasGap(node);
  return { value: isEncrypted ? null : jsonOf(node), mark, isEncrypted };
}

function hasGap(node: Node): boolean {
  if (node.kind === 'gap') return true;
  if (node.kind === 'list') return node.items.some(hasGap);
  return node.kind === 'map' && [...node.entries.values()].some(({ value }) => hasGap(value));
}

function jsonOf(node: Node): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'empty':
    case 'gap':
      return null;
    case 'list':
      return node.items.map(jsonOf);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, jsonOf(value)]));
  }
}
