import { type Automaton, NO_MATCH } from '../automaton.ts';
import type { Transitions } from '../transitions.ts';
import { DOT, type JointSymbol, OUT_OF_BAND, SLASH } from './alphabet.ts';

const WORD_BITS = 32;
const BYTE_VALUES = 256;

/**
 * Where a pair of states leads. Most bytes lead to the same pair: of them one step is made, by the first that is asked about;
 * in the order of the alphabet, as if all were followed one by one.
 */
export class PairSteps {
  /** Places in the alphabet of the steps, and where each leads. */
  readonly ranks: Uint16Array;
  readonly nextA: Uint32Array;
  readonly nextB: Uint32Array;
  readonly #a: Side;
  readonly #b: Side;
  /** A bit for each place in the alphabet: what there is, what is always followed, what leads elsewhere than most. */
  readonly #all: Uint32Array;
  readonly #always: Uint32Array;
  readonly #elsewhere: Uint32Array;

  constructor(symbols: readonly JointSymbol[], a: Side, b: Side) {
    const words = Math.ceil(symbols.length / WORD_BITS);
    [this.#a, this.#b] = [a, b];
    this.ranks = new Uint16Array(symbols.length);
    this.nextA = new Uint32Array(symbols.length);
    this.nextB = new Uint32Array(symbols.length);
    this.#all = new Uint32Array(words);
    this.#always = new Uint32Array(words);
    this.#elsewhere = new Uint32Array(words);
    symbols.forEach(({ byte }, rank) => {
      setBit(this.#all, rank);
      if (byte === SLASH || byte === DOT || byte === OUT_OF_BAND) setBit(this.#always, rank);
    });
  }

  /** Fills the lists for a pair; how many steps there are. */
  from(first: number, second: number): number {
    const elsewhere = this.#elsewhere;
    elsewhere.set(this.#always);
    this.#a.mark(first, elsewhere);
    this.#b.mark(second, elsewhere);
    let count = 0;
    let isRestFollowed = false;
    for (let word = 0; word < elsewhere.length; word++) {
      let bits = elsewhere[word] ?? 0;
      const others = ~bits & (this.#all[word] ?? 0);
      if (!isRestFollowed && others !== 0) {
        bits |= others & -others;
        isRestFollowed = true;
      }
      while (bits !== 0) {
        const lowest = bits & -bits;
        bits ^= lowest;
        const rank = word * WORD_BITS + WORD_BITS - 1 - Math.clz32(lowest);
        this.ranks[count] = rank;
        this.nextA[count] = this.#a.next(rank);
        this.nextB[count] = this.#b.next(rank);
        count += 1;
      }
    }
    return count;
  }
}

/** One of the two automata, in the places of the alphabet. */
export class Side {
  readonly #automaton: Automaton;
  readonly #transitions: Transitions;
  /** The places of each class of bytes: where they begin (and the next one's begin), and the places. */
  readonly #starts: Uint16Array;
  readonly #ranks: Uint16Array;
  readonly #outOfBand: number;
  /** Where the state at hand leads; of use where the mark is that state's. */
  readonly #targets: Uint32Array;
  readonly #marks: Uint32Array;
  #mark = 0;
  #rest = NO_MATCH;

  constructor(
    automaton: Automaton,
    transitions: Transitions,
    { symbols, side }: { readonly symbols: readonly JointSymbol[]; readonly side: 'a' | 'b' },
  ) {
    this.#automaton = automaton;
    this.#transitions = transitions;
    const places: number[][] = Array.from({ length: BYTE_VALUES }, () => []);
    symbols.forEach((symbol, rank) => symbol.byte !== OUT_OF_BAND && places[symbol[side]]?.push(rank));
    this.#ranks = Uint16Array.from(places.flat());
    this.#starts = new Uint16Array(BYTE_VALUES + 1);
    places.forEach((ranks, index) => (this.#starts[index + 1] = (this.#starts[index] ?? 0) + ranks.length));
    this.#outOfBand = symbols.findIndex(({ byte }) => byte === OUT_OF_BAND);
    this.#targets = new Uint32Array(symbols.length);
    this.#marks = new Uint32Array(symbols.length);
  }

  /** Takes up a state, and sets the bits of what leads elsewhere than most. */
  mark(state: number, elsewhere: Uint32Array): void {
    const { rest, starts, ends, symbols, targets } = this.#transitions;
    this.#mark += 1;
    this.#rest = rest[state] ?? NO_MATCH;
    const end = ends[state] ?? 0;
    for (let i = starts[state] ?? 0; i < end; i++) {
      const symbol = symbols[i] ?? 0;
      const last = this.#starts[symbol + 1] ?? 0;
      for (let place = this.#starts[symbol] ?? 0; place < last; place++) {
        const rank = this.#ranks[place] ?? 0;
        this.#lead(rank, targets[i] ?? NO_MATCH);
        setBit(elsewhere, rank);
      }
    }
    if (this.#outOfBand >= 0) this.#lead(this.#outOfBand, this.#automaton.outOfBand(state));
  }

  next(rank: number): number {
    return this.#marks[rank] === this.#mark ? (this.#targets[rank] ?? NO_MATCH) : this.#rest;
  }

  #lead(rank: number, target: number): void {
    this.#targets[rank] = target;
    this.#marks[rank] = this.#mark;
  }
}

function setBit(words: Uint32Array, index: number): void {
  const word = Math.floor(index / WORD_BITS);
  words[word] = (words[word] ?? 0) | (1 << (index % WORD_BITS));
}
