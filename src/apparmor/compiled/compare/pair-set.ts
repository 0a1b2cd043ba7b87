/** Most searches see some dozens. */
const FIRST_CAPACITY = 256;
const LOAD = 2;
const MULTIPLIER_A = 0x9e3779b1;
const MULTIPLIER_B = 0x85ebca6b;
const HASH_SHIFT = 15;

/** Pairs of numbers in the order they came, each once, with a note of where it came from: a Map of a million is several times slower. */
export class PairSet {
  #capacity = FIRST_CAPACITY;
  #firsts: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  #seconds: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  #notes: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** Indices and one more; 0 is empty. */
  #slots = new Uint32Array(FIRST_CAPACITY * LOAD);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(first: number, second: number, note: number): void {
    const slot = this.#slotOf(first, second);
    if (this.#slots[slot] !== 0) return;
    this.#firsts[this.#size] = first;
    this.#seconds[this.#size] = second;
    this.#notes[this.#size] = note;
    this.#size += 1;
    this.#slots[slot] = this.#size;
    if (this.#size === this.#capacity) this.#grow();
  }

  first(index: number): number {
    return this.#firsts[index] ?? 0;
  }

  second(index: number): number {
    return this.#seconds[index] ?? 0;
  }

  note(index: number): number {
    return this.#notes[index] ?? 0;
  }

  #slotOf(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    const mixed = Math.imul(first, MULTIPLIER_A) ^ Math.imul(second, MULTIPLIER_B);
    let slot = (mixed ^ (mixed >>> HASH_SHIFT)) & mask;
    for (;;) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0 || (this.#firsts[entry - 1] === first && this.#seconds[entry - 1] === second)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#firsts = grown(this.#firsts, new Uint32Array(this.#capacity));
    this.#seconds = grown(this.#seconds, new Uint32Array(this.#capacity));
    this.#notes = grown(this.#notes, new Float64Array(this.#capacity));
    this.#slots = new Uint32Array(this.#capacity * LOAD);
    for (let index = 0; index < this.#size; index++)
      this.#slots[this.#slotOf(this.first(index), this.second(index))] = index + 1;
  }
}

function grown<Numbers extends Uint32Array | Float64Array>(old: Numbers, bigger: Numbers): Numbers {
  bigger.set(old);
  return bigger;
}
