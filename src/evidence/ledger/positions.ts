/** More levels than any disk has room for: 2^40 entries. */
const MAX_LEVEL = 40;

/**
 * The file `tree` holds the hashes of all complete subtrees, each behind its two halves (post-order). So nothing that is written
 * ever moves, and the place of each can be computed.
 */
export function nodesBefore(leaves: number): number {
  let [nodes, rest] = [0, leaves];
  for (let size = 2 ** MAX_LEVEL; size >= 1; size /= 2) {
    if (rest < size) continue;
    nodes += 2 * size - 1;
    rest -= size;
  }
  return nodes;
}

/** The place of the subtree over the leaves `index` × 2^`level` up to the next. */
export function placeOf(level: number, index: number): number {
  return nodesBefore((index + 1) * 2 ** level - 1) + level;
}

/** How many leaves are complete with all their subtrees where so many nodes were written. */
export function leavesIn(nodes: number): number {
  let [leaves, rest] = [0, nodes];
  for (let size = 2 ** MAX_LEVEL; size >= 1; size /= 2) {
    if (rest < 2 * size - 1) continue;
    leaves += size;
    rest -= 2 * size - 1;
  }
  return leaves;
}
