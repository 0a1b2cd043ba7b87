import { readAt, sizeOf } from './files.ts';
import { type HashOfSubtree, nodeHash } from './merkle.ts';
import { leavesIn, nodesBefore, placeOf } from './positions.ts';

const HASH_BYTES = 32;
const OFFSET_BYTES = 8;
const RECORD_BYTES = OFFSET_BYTES + HASH_BYTES;

/** A node of the tree, and where the last of its entries ends in the file of entries. */
export interface TreeNode {
  readonly end: number;
  readonly hash: Uint8Array;
}

/** Reads nodes of a tree file: each is one pread(2) of 40 bytes. */
export class TreeReader {
  readonly #file: number;

  constructor(file: number) {
    this.#file = file;
  }

  /** How many leaves are there with all their subtrees. */
  get leaves(): number {
    return leavesIn(Math.floor(sizeOf(this.#file) / RECORD_BYTES));
  }

  readonly hashOf: HashOfSubtree = (level, index) => this.node(level, index).hash;

  node(level: number, index: number): TreeNode {
    return decode(readAt(this.#file, RECORD_BYTES, placeOf(level, index) * RECORD_BYTES));
  }

  /** As {@link hashOf}, and reads none a second time: a complete subtree never changes. */
  remembering(): HashOfSubtree {
    const known = new Map<string, Uint8Array>();
    return (level, index) => {
      const key = keyOf(level, index);
      const hash = known.get(key) ?? this.hashOf(level, index);
      known.set(key, hash);
      return hash;
    };
  }

  /** Where the first so many entries end. */
  endOf(leaves: number): number {
    return leaves === 0 ? 0 : this.node(0, leaves - 1).end;
  }
}

export interface Leaf {
  readonly hash: Uint8Array;
  /** Where its line ends in the file of entries. */
  readonly end: number;
}

/** What is written behind the first `leaves` leaves for more of them. */
export function growTree(leaves: number, added: readonly Leaf[], hashOf: HashOfSubtree): Buffer {
  const records: Buffer[] = [];
  const made = new Map<string, Uint8Array>();
  const find: HashOfSubtree = (level, index) => made.get(keyOf(level, index)) ?? hashOf(level, index);
  for (const [offset, { hash, end }] of added.entries()) {
    let [level, index, current] = [0, leaves + offset, hash];
    made.set(keyOf(level, index), current);
    records.push(encodeNode({ end, hash: current }));
    while (index % 2 === 1) {
      current = nodeHash(find(level, index - 1), current);
      [level, index] = [level + 1, (index - 1) / 2];
      made.set(keyOf(level, index), current);
      records.push(encodeNode({ end, hash: current }));
    }
  }
  return Buffer.concat(records);
}

/** How long the tree file of so many leaves is. */
export function treeBytes(leaves: number): number {
  return nodesBefore(leaves) * RECORD_BYTES;
}

function keyOf(level: number, index: number): string {
  return `${String(level)}/${String(index)}`;
}

/** A node as the file has it. */
export function encodeNode({ end, hash }: TreeNode): Buffer {
  const record = Buffer.allocUnsafe(RECORD_BYTES);
  record.writeBigUInt64BE(BigInt(end));
  record.set(hash, OFFSET_BYTES);
  return record;
}

function decode(record: Buffer): TreeNode {
  return { end: Number(record.readBigUInt64BE()), hash: new Uint8Array(record.subarray(OFFSET_BYTES)) };
}
