import { hash as digestOf } from 'node:crypto';

/** RFC 6962 section 2.1: what is hashed of a leaf and of a node begins differently, so that neither passes for the other. */
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** The hash of a complete subtree: of the leaves `index` × 2^`level` up to the next. */
export type HashOfSubtree = (level: number, index: number) => Uint8Array;

/** At one go: of some ten bytes, a hash that is kept open costs more than what it hashes. */
function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return digestOf('sha256', Buffer.concat(parts), 'buffer');
}

export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(LEAF, data);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

/** MTH of RFC 6962 section 2.1 over the first `size` leaves. */
export function rootOf(size: number, hashOf: HashOfSubtree): Uint8Array {
  return size === 0 ? sha256() : hashOfRange({ from: 0, to: size }, hashOf);
}

/** PATH(index, D[size]) of RFC 6962 section 2.1.1, from the leaf's sibling up. */
export function inclusionProof(index: number, size: number, hashOf: HashOfSubtree): readonly Uint8Array[] {
  const path: Uint8Array[] = [];
  for (let from = 0, to = size; to - from > 1;) {
    const middle = from + splitOf(to - from);
    path.push(hashOfRange(index < middle ? { from: middle, to } : { from, to: middle }, hashOf));
    if (index < middle) to = middle;
    else from = middle;
  }
  return path.toReversed();
}

/** PROOF(old, D[size]) of RFC 6962 section 2.1.2; empty where nothing was added, or all of it. */
export function consistencyProof(old: number, size: number, hashOf: HashOfSubtree): readonly Uint8Array[] {
  if (old === 0 || old === size) return [];
  const path: Uint8Array[] = [];
  let [from, to] = [0, size];
  // SUBPROOF: down to where the old tree ends.
  while (old !== to) {
    const middle = from + splitOf(to - from);
    path.push(hashOfRange(old <= middle ? { from: middle, to } : { from, to: middle }, hashOf));
    if (old <= middle) to = middle;
    else from = middle;
  }
  // Whoever checks the proof has the old root already, where it is one of these subtrees.
  if (from !== 0) path.push(hashOfRange({ from, to }, hashOf));
  return path.toReversed();
}

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2. */
export function isIncluded({ index, size, leaf, root }: Inclusion, path: readonly Uint8Array[]): boolean {
  if (index < 0 || index >= size) return false;
  let [first, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else hash = nodeHash(hash, sibling);
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && areEqual(hash, root);
}

export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.4.2: whether the newer tree begins with all of the older one. */
export function isConsistent(old: Head, now: Head, proof: readonly Uint8Array[]): boolean {
  if (old.size > now.size) return false;
  if (old.size === now.size) return proof.length === 0 && areEqual(old.root, now.root);
  if (old.size === 0)
    return (
      proof.length === 0 &&
      areEqual(
        old.root,
        rootOf(0, () => old.root),
      )
    );
  const path = isPowerOfTwo(old.size) ? [old.root, ...proof] : proof;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let [first, last] = [old.size - 1, now.size - 1];
  while (isOdd(first)) [first, last] = [half(first), half(last)];
  let [oldHash, hash] = [start, start];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      [oldHash, hash] = [nodeHash(sibling, oldHash), nodeHash(sibling, hash)];
      while (!isOdd(first) && first !== 0) [first, last] = [half(first), half(last)];
    } else hash = nodeHash(hash, sibling);
    [first, last] = [half(first), half(last)];
  }
  return last === 0 && areEqual(oldHash, old.root) && areEqual(hash, now.root);
}

export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A range of which `from` is a multiple of the largest power of two that fits into it, as all that RFC 6962 asks for are. */
function hashOfRange({ from, to }: Range, hashOf: HashOfSubtree): Uint8Array {
  const size = to - from;
  if (isPowerOfTwo(size)) return hashOf(Math.log2(size), from / size);
  const middle = from + splitOf(size);
  return nodeHash(hashOfRange({ from, to: middle }, hashOf), hashOfRange({ from: middle, to }, hashOf));
}

/** The largest power of two that is smaller than `size` (which is 2 at least). */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function isPowerOfTwo(size: number): boolean {
  return size === 1 || splitOf(size) * 2 === size;
}

// Not bitwise: those operators know 32 bits only.
function isOdd(number: number): boolean {
  return number % 2 === 1;
}

function half(number: number): number {
  return Math.floor(number / 2);
}
