import { inLonger } from '../../core/column.ts';

/** Bytes that are kept, at most; a log of 200,000 lines has records of 5 MB that differ. */
const CAPACITY = 8 * 1024 * 1024;
const FIRST_CAPACITY = 64 * 1024;
const FIRST_NUMBERS = 1024;
/** A power of two, and twice as many as texts are kept. */
const SLOTS = 2 ** 17;
const MOST_TEXTS = SLOTS / 2;
/** Who makes up texts that share their slots has them looked for in vain. */
const MOST_COMPARED = 8;
const WORD_BYTES = 4;

/**
 * Numbers texts, from 0 on, without making strings of them, for which alone it would take longer. What it keeps is bounded: when it is
 * full all is forgotten, and it begins anew.
 */
export class ByteTable {
  /** The number of a text by its hash, plus one. */
  readonly #slots = new Int32Array(SLOTS);
  #kept: DataView = new DataView(new ArrayBuffer(FIRST_CAPACITY));
  /** Where each begins; behind the last, where the next would. */
  #starts = new Int32Array(FIRST_NUMBERS);
  #hashes = new Int32Array(FIRST_NUMBERS);
  /** The number that was found behind each the last time: what comes again mostly comes in the same order. */
  #followers = new Int32Array(FIRST_NUMBERS);
  #last = 0;
  #size = 0;
  /** Texts come out of the same bytes one after the other. */
  #bytes: Uint8Array = new Uint8Array(0);
  #view = viewOf(this.#bytes);

  find(bytes: Uint8Array, from: number, to: number): number | undefined {
    const view = this.#viewOf(bytes);
    const guess = this.#followers[this.#last] ?? 0;
    if (guess < this.#size && this.#isText(guess, from, to)) {
      this.#last = guess;
      return guess;
    }
    const number = this.#lookFor(hashOf(view, from, to), from, to);
    if (number !== undefined) this.#follow(number);
    return number;
  }

  #lookFor(hash: number, from: number, to: number): number | undefined {
    let slot = slotOf(hash);
    for (let compared = 0; compared < MOST_COMPARED; compared += 1) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number === -1) return undefined;
      if (this.#hashes[number] === hash && this.#isText(number, from, to)) return number;
      slot = slotOf(slot + 1);
    }
    return undefined;
  }

  /** Keeps a text that is not there; its number, or `undefined` if it was not kept. */
  add(bytes: Uint8Array, from: number, to: number): number | undefined {
    const start = this.#start(this.#size);
    const end = start + to - from;
    if (end > CAPACITY || this.#size === MOST_TEXTS) {
      this.#slots.fill(0);
      this.#size = 0;
      this.#last = 0;
      return undefined;
    }
    const view = this.#viewOf(bytes);
    const hash = hashOf(view, from, to);
    let slot = slotOf(hash);
    for (let compared = 1; this.#slots[slot] !== 0; compared += 1) {
      if (compared === MOST_COMPARED) return undefined;
      slot = slotOf(slot + 1);
    }
    this.#makeRoom(end);
    const kept = this.#kept;
    const shift = start - from;
    let at = from;
    for (; at + WORD_BYTES <= to; at += WORD_BYTES) kept.setInt32(at + shift, view.getInt32(at, true), true);
    for (; at < to; at += 1) kept.setUint8(at + shift, view.getUint8(at));
    const number = this.#size;
    this.#hashes[number] = hash;
    this.#size += 1;
    this.#starts[this.#size] = end;
    this.#slots[slot] = this.#size;
    this.#follow(number);
    return number;
  }

  #follow(number: number): void {
    this.#followers[this.#last] = number;
    this.#last = number;
  }

  #start(number: number): number {
    return this.#starts[number] ?? 0;
  }

  #isText(number: number, from: number, to: number): boolean {
    const start = this.#start(number);
    return this.#start(number + 1) - start === to - from && this.#isAt(start, from, to);
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (this.#bytes !== bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    return this.#view;
  }

  /** Whether what is kept from `start` on is the text that is looked for: it mostly is, so several words are compared at once. */
  #isAt(start: number, from: number, to: number): boolean {
    const shift = start - from;
    let at = from;
    for (; at + 4 * WORD_BYTES <= to; at += 4 * WORD_BYTES) {
      const difference =
        this.#difference(at, shift) |
        this.#difference(at + WORD_BYTES, shift) |
        this.#difference(at + 2 * WORD_BYTES, shift) |
        this.#difference(at + 3 * WORD_BYTES, shift);
      if (difference !== 0) return false;
    }
    for (; at + WORD_BYTES <= to; at += WORD_BYTES) if (this.#difference(at, shift) !== 0) return false;
    for (; at < to; at += 1) if (this.#view.getUint8(at) !== this.#kept.getUint8(at + shift)) return false;
    return true;
  }

  /** Between a word of the text that is looked for, and the one that is kept so much further. */
  #difference(at: number, shift: number): number {
    return this.#view.getInt32(at, true) ^ this.#kept.getInt32(at + shift, true);
  }

  #makeRoom(end: number): void {
    if (end > this.#kept.byteLength) {
      const longer = new Uint8Array(Math.min(CAPACITY, Math.max(end, this.#kept.byteLength * 2)));
      longer.set(new Uint8Array(this.#kept.buffer));
      this.#kept = viewOf(longer);
    }
    if (this.#size + 1 < this.#starts.length) return;
    this.#starts = doubled(this.#starts);
    this.#hashes = doubled(this.#hashes);
    this.#followers = doubled(this.#followers);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function doubled(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  return inLonger(column, new Int32Array(column.length * 2));
}

function slotOf(hash: number): number {
  return hash & (SLOTS - 1);
}

const FACTOR = 0x5bd1e995;
const SHIFT = 15;
const LAST_SHIFT = 13;

/** Word by word, then what is left by bytes. */
function hashOf(view: DataView, from: number, to: number): number {
  let hash = to - from;
  let at = from;
  for (; at + WORD_BYTES <= to; at += WORD_BYTES) {
    hash = Math.imul(hash ^ view.getInt32(at, true), FACTOR);
    hash ^= hash >>> SHIFT;
  }
  for (; at < to; at += 1) hash = Math.imul(hash ^ view.getUint8(at), FACTOR);
  // What the last word brought in above has to come down to where slots are told apart.
  hash = Math.imul(hash ^ (hash >>> LAST_SHIFT), FACTOR);
  return hash ^ (hash >>> SHIFT);
}
