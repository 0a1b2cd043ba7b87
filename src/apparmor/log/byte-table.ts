import { inLonger } from '../../core/column.ts';
import { digitsEnd, numberIn } from './byte-scan.ts';
import { hashOf, type HoledText, lengthOf, WORD_BYTES } from './holed-text.ts';

/** Bytes that are kept, at most; a log of 200,000 lines has records of 3.5 MB that differ. */
const CAPACITY = 8 * 1024 * 1024;
const FIRST_CAPACITY = 64 * 1024;
const FIRST_NUMBERS = 1024;
/** A power of two, and twice as many as texts are kept. */
const SLOTS = 2 ** 17;
const MOST_TEXTS = SLOTS / 2;
/** Who makes up texts that share their slots has them looked for in vain. */
const MOST_COMPARED = 8;

const NO_HOLE = -1;
/** Of 32 bits, which all numbers are that a hole is for. */
const MOST_DIGITS = 10;

/** Where in a text the digits begin of a number that does not say which text it is; -1 where it has none. */
export type HoleIn = (bytes: Uint8Array, from: number, to: number) => number;

/**
 * Numbers texts, from 0 on, without making strings of them, for which alone it would take longer. Texts that differ in nothing but the
 * number that a hole is for are one. What it keeps is bounded: when it is full all is forgotten, and it begins anew.
 */
export class ByteTable {
  readonly #holeIn: HoleIn;
  /** The number of a text by its hash, plus one. */
  readonly #slots = new Int32Array(SLOTS);
  /** Texts without what stands in their holes, one after the other. */
  #kept: DataView = new DataView(new ArrayBuffer(FIRST_CAPACITY));
  /** Where each begins; behind the last, where the next would. */
  #starts = new Int32Array(FIRST_NUMBERS);
  /** Where the hole of each is, from its start on. */
  #holes = new Int32Array(FIRST_NUMBERS);
  #hashes = new Int32Array(FIRST_NUMBERS);
  /** The numbers that were asked for behind each the last two times: what comes again mostly comes in the same order. */
  #followers = new Int32Array(FIRST_NUMBERS);
  #followersBefore = new Int32Array(FIRST_NUMBERS);
  #last = 0;
  #size = 0;
  #isNew = false;
  #inHole = 0;
  /** Texts come out of the same bytes one after the other. */
  #bytes: Uint8Array = new Uint8Array(0);
  #view = viewOf(this.#bytes);

  constructor(holeIn: HoleIn = () => NO_HOLE) {
    this.#holeIn = holeIn;
  }

  /** Whether the text that was asked for last was not there before. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** What stands in the hole of the text that was asked for last; `undefined` where it has none. */
  get inHole(): number | undefined {
    return this.#holes[this.#last] === NO_HOLE ? undefined : this.#inHole;
  }

  /** The number of a text, which is kept if it was not there before; `undefined` where there was no room for it. */
  number(bytes: Uint8Array, from: number, to: number): number | undefined {
    if (this.#bytes !== bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    this.#isNew = false;
    const guess = this.#followers[this.#last] ?? 0;
    if (this.#isText(guess, from, to)) {
      this.#last = guess;
      return guess;
    }
    const other = this.#followersBefore[this.#last] ?? 0;
    const number = this.#isText(other, from, to) ? other : this.#lookFor(from, to);
    if (number === undefined) return undefined;
    this.#followersBefore[this.#last] = guess;
    this.#followers[this.#last] = number;
    this.#last = number;
    return number;
  }

  #lookFor(from: number, to: number): number | undefined {
    const text = this.#holed(from, to);
    const hash = hashOf(this.#view, text);
    let slot = slotOf(hash);
    for (let compared = 0; compared < MOST_COMPARED; compared += 1) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number === -1) return this.#add(text, hash, slot);
      if (this.#hashes[number] === hash && this.#isText(number, from, to)) return number;
      slot = slotOf(slot + 1);
    }
    return undefined;
  }

  #add(text: HoledText, hash: number, slot: number): number | undefined {
    const number = this.#size;
    const start = this.#start(number);
    const end = start + lengthOf(text);
    if (end > CAPACITY || number === MOST_TEXTS) {
      this.#slots.fill(0);
      this.#size = 0;
      this.#last = 0;
      return undefined;
    }
    this.#makeRoom(end);
    const { from, hole, behind, to } = text;
    this.#keep(start, from, hole);
    this.#keep(start + hole - from, behind, to);
    this.#holes[number] = hole === to ? NO_HOLE : hole - from;
    this.#hashes[number] = hash;
    this.#slots[slot] = number + 1;
    this.#starts[number + 1] = end;
    this.#size += 1;
    this.#isNew = true;
    return number;
  }

  #start(number: number): number {
    return this.#starts[number] ?? 0;
  }

  #holed(from: number, to: number): HoledText {
    const hole = this.#holeIn(this.#bytes, from, to);
    const behind = hole === NO_HOLE ? NO_HOLE : this.#numberEnd(hole, to);
    return behind > hole ? { from, hole, behind, to } : { from, hole: to, behind: to, to };
  }

  /** Reads what stands in a hole; answers where it ends, which is where it begins if it is no number. */
  #numberEnd(from: number, to: number): number {
    const end = digitsEnd(this.#bytes, from, Math.min(to - from, MOST_DIGITS + 1));
    if (end > from + MOST_DIGITS) return from;
    this.#inHole = numberIn(this.#bytes, from, end);
    return end;
  }

  #isText(number: number, from: number, to: number): boolean {
    if (number >= this.#size) return false;
    const start = this.#start(number);
    const length = this.#start(number + 1) - start;
    const hole = this.#holes[number] ?? NO_HOLE;
    if (hole === NO_HOLE) return length === to - from && this.#isAt(start, from, to);
    if (to - from <= length || !this.#isAt(start, from, from + hole)) return false;
    const behind = this.#numberEnd(from + hole, to);
    return to - behind === length - hole && this.#isAt(start + hole, behind, to);
  }

  /** Whether what is kept from `start` on is what stands there: it mostly is, so several words are compared at once. */
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

  #keep(start: number, from: number, to: number): void {
    const view = this.#view;
    const kept = this.#kept;
    const shift = start - from;
    let at = from;
    for (; at + WORD_BYTES <= to; at += WORD_BYTES) kept.setInt32(at + shift, view.getInt32(at, true), true);
    for (; at < to; at += 1) kept.setUint8(at + shift, view.getUint8(at));
  }

  #makeRoom(end: number): void {
    if (end > this.#kept.byteLength) {
      const longer = new Uint8Array(Math.min(CAPACITY, Math.max(end, this.#kept.byteLength * 2)));
      longer.set(new Uint8Array(this.#kept.buffer));
      this.#kept = viewOf(longer);
    }
    if (this.#size + 1 < this.#starts.length) return;
    this.#starts = doubled(this.#starts);
    this.#holes = doubled(this.#holes);
    this.#hashes = doubled(this.#hashes);
    this.#followers = doubled(this.#followers);
    this.#followersBefore = doubled(this.#followersBefore);
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
