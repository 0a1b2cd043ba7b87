import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  consistencyProof,
  type HashOfSubtree,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  rootOf,
} from './merkle.ts';
import { leavesIn, nodesBefore, placeOf } from './positions.ts';
import { RollingRoot } from './rolling-root.ts';

/*
 * The leaves and roots that implementations of Certificate Transparency test with:
 * https://github.com/transparency-dev/merkle/blob/main/testonly/constants.go
 */
const KNOWN_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const KNOWN_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const MOST_LEAVES = 130;

/** RFC 6962 section 2.1 as it stands there, over all leaves each time. */
const Naive = {
  sha256: (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest(),
  split: (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1),
  root(leaves: readonly Uint8Array[]): Buffer {
    const [only] = leaves;
    if (only === undefined) return Naive.sha256();
    if (leaves.length === 1) return Naive.sha256(Buffer.from([0]), only);
    const k = Naive.split(leaves.length);
    return Naive.sha256(Buffer.from([1]), Naive.root(leaves.slice(0, k)), Naive.root(leaves.slice(k)));
  },
  path(m: number, leaves: readonly Uint8Array[]): readonly Buffer[] {
    if (leaves.length === 1) return [];
    const k = Naive.split(leaves.length);
    return m < k
      ? [...Naive.path(m, leaves.slice(0, k)), Naive.root(leaves.slice(k))]
      : [...Naive.path(m - k, leaves.slice(k)), Naive.root(leaves.slice(0, k))];
  },
  subproof(m: number, leaves: readonly Uint8Array[], isWhole: boolean): readonly Buffer[] {
    if (m === leaves.length) return isWhole ? [] : [Naive.root(leaves)];
    const k = Naive.split(leaves.length);
    return m <= k
      ? [...Naive.subproof(m, leaves.slice(0, k), isWhole), Naive.root(leaves.slice(k))]
      : [...Naive.subproof(m - k, leaves.slice(k), false), Naive.root(leaves.slice(0, k))];
  },
};

const leavesOf = (count: number): readonly Buffer[] =>
  Array.from({ length: count }, (_, index) => Buffer.from(`leaf ${String(index)}`));

/** Complete subtrees only, as the file has them. */
const subtreesOf =
  (leaves: readonly Uint8Array[]): HashOfSubtree =>
  (level, index) => {
    const size = 2 ** level;
    assert.ok((index + 1) * size <= leaves.length, 'a subtree that is not complete');
    return Naive.root(leaves.slice(index * size, (index + 1) * size));
  };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const sizes = fc.integer({ min: 1, max: MOST_LEAVES });

test('the known roots', () => {
  const leaves = KNOWN_LEAVES.map((text) => Buffer.from(text, 'hex'));
  const rolling = new RollingRoot();
  for (const [size, root] of KNOWN_ROOTS.entries()) {
    const first = leaves.slice(0, size);
    assert.equal(hex(rootOf(size, subtreesOf(first))), root);
    assert.equal(hex(rolling.root()), root);
    assert.equal(hex(Naive.root(first)), root);
    const next = leaves[size];
    if (next !== undefined) rolling.add(leafHash(next));
  }
});

test('roots and proofs of every small tree are those of RFC 6962', () => {
  for (let size = 1; size <= 40; size += 1) {
    const leaves = leavesOf(size);
    const hashOf = subtreesOf(leaves);
    assert.equal(hex(rootOf(size, hashOf)), hex(Naive.root(leaves)));
    for (let index = 0; index < size; index += 1) {
      assert.deepEqual(inclusionProof(index, size, hashOf).map(hex), Naive.path(index, leaves).map(hex));
      const old = index + 1;
      assert.deepEqual(consistencyProof(old, size, hashOf).map(hex), Naive.subproof(old, leaves, true).map(hex));
    }
  }
});

test('an inclusion proof holds for its leaf, its place and its tree, and for nothing else', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), (size, seed, other) => {
      const leaves = leavesOf(size);
      const [index, root] = [seed % size, Naive.root(leaves)];
      const leaf = leafHash(leaves[index] ?? Buffer.alloc(0));
      const proof = inclusionProof(index, size, subtreesOf(leaves));
      const inclusion = { index, size, leaf, root };
      assert.ok(isIncluded(inclusion, proof));
      assert.ok(!isIncluded({ ...inclusion, leaf: leafHash(Buffer.from('another')) }, proof));
      assert.ok(!isIncluded({ ...inclusion, index: size }, proof));
      if (other % size !== index) assert.ok(!isIncluded({ ...inclusion, index: other % size }, proof));
      assert.ok(!isIncluded(inclusion, [...proof, root]));
      if (proof.length === 0) return;
      assert.ok(!isIncluded(inclusion, proof.slice(1)));
      const at = other % proof.length;
      assert.ok(!isIncluded(inclusion, proof.with(at, Naive.sha256(proof[at] ?? root))));
    }),
  );
});

test('a consistency proof holds for a tree that only grew', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), (size, seed, other) => {
      const leaves = leavesOf(size);
      const oldSize = seed % (size + 1);
      const old = { size: oldSize, root: Naive.root(leaves.slice(0, oldSize)) };
      const now = { size, root: Naive.root(leaves) };
      const proof = consistencyProof(oldSize, size, subtreesOf(leaves));
      assert.ok(isConsistent(old, now, proof));
      assert.ok(!isConsistent(old, { ...now, root: Naive.sha256(now.root) }, proof) || oldSize === 0);
      assert.ok(!isConsistent({ ...old, root: Naive.sha256(old.root) }, now, proof));
      if (oldSize < size) assert.ok(!isConsistent(now, old, proof));
      if (oldSize === 0) return;
      // What was there was changed: the proof of the forked tree doesn't lead to the old root.
      const forked = leaves.with(other % oldSize, Buffer.from('forked'));
      const forkedProof = consistencyProof(oldSize, size, subtreesOf(forked));
      assert.ok(!isConsistent(old, { size, root: Naive.root(forked) }, forkedProof));
      if (proof.length === 0) return;
      const at = other % proof.length;
      assert.ok(!isConsistent(old, now, proof.with(at, Naive.sha256(proof[at] ?? old.root))));
      assert.ok(!isConsistent(old, now, proof.slice(1)));
    }),
  );
});

test('each subtree has a place of its own, behind its halves, and none is left empty', () => {
  for (let leaves = 0; leaves <= 300; leaves += 1) {
    const places: number[] = [];
    for (let level = 0; 2 ** level <= leaves; level += 1)
      for (let index = 0; (index + 1) * 2 ** level <= leaves; index += 1) {
        places.push(placeOf(level, index));
        if (level > 0) assert.ok(placeOf(level, index) > placeOf(level - 1, index * 2 + 1));
      }
    assert.deepEqual(
      places.toSorted((a, b) => a - b),
      Array.from({ length: nodesBefore(leaves) }, (_, place) => place),
    );
    assert.equal(leavesIn(nodesBefore(leaves)), leaves);
  }
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), (leaves) => {
      assert.equal(leavesIn(nodesBefore(leaves)), leaves);
      assert.equal(leavesIn(nodesBefore(leaves + 1) - 1), leaves);
    }),
  );
});
