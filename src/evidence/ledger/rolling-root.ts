import { nodeHash, rootOf } from './merkle.ts';

/** The root of a tree that is read from its first leaf to its last: nothing is kept but one hash for each level. */
export class RollingRoot {
  /** Complete subtrees, the largest first. */
  readonly #peaks: { readonly level: number; readonly hash: Uint8Array }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Answers the hashes of all subtrees that are complete with this leaf, its own first. */
  add(leaf: Uint8Array): readonly Uint8Array[] {
    const completed = [leaf];
    let [level, hash] = [0, leaf];
    for (let last = this.#peaks.at(-1); last?.level === level; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      [level, hash] = [level + 1, nodeHash(last.hash, hash)];
      completed.push(hash);
    }
    this.#peaks.push({ level, hash });
    this.#size += 1;
    return completed;
  }

  /** MTH of RFC 6962 section 2.1: from the right, smaller subtrees go into larger ones. */
  root(): Uint8Array {
    const last = this.#peaks.at(-1);
    if (last === undefined) return rootOf(0, () => new Uint8Array());
    return this.#peaks.slice(0, -1).reduceRight((right, { hash }) => nodeHash(hash, right), last.hash);
  }
}
