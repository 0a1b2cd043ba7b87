import { inLonger } from '../core/column.ts';

/** FNV-1a (draft-eastlake-fnv): two 32-bit runs over the same text, with bases of their own. */
const FNV_PRIME = 16_777_619;
const FNV_BASES = [2_166_136_261, 3_735_928_559] as const;
const UNSIGNED_32 = 2 ** 32;
/** A double holds whole numbers of 53 bits. */
const HIGH_BITS = 2 ** 21;
const FIRST_CAPACITY = 1024;

/**
 * Remembers names in eight bytes each, to find those that come more than once. Two names may share a key, and somebody may
 * have made them so: what is repeated has to be compared as it stands.
 */
export class RepeatedNames {
  #keys = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  add(name: string): void {
    if (this.#count === this.#keys.length) this.#keys = inLonger(this.#keys, new Float64Array(this.#count * 2));
    this.#keys[this.#count] = keyOf(name);
    this.#count += 1;
  }

  /** The keys that came more than once. */
  repeated(): ReadonlySet<number> {
    const sorted = this.#keys.subarray(0, this.#count).sort();
    const found = new Set<number>();
    for (let index = 1; index < sorted.length; index += 1) {
      const key = sorted[index];
      if (key !== undefined && key === sorted[index - 1]) found.add(key);
    }
    return found;
  }
}

export function keyOf(name: string): number {
  const [low, high] = FNV_BASES.map((base) => fnv(name, base));
  return ((high ?? 0) % HIGH_BITS) * UNSIGNED_32 + (low ?? 0);
}

function fnv(text: string, base: number): number {
  let hash = base;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  return hash >>> 0;
}
