import type { FlexTables } from './flex-tables.ts';

/** Flags in `base` (match.h); the low 24 bits are the base itself. */
export const DIFFERENTIAL = 0x80000000;
export const BASE_MASK = 0xffffff;

/**
 * The transitions of an automaton, state by state: where most bytes lead, and those classes of bytes that lead elsewhere.
 * States of policies have some five of these; a cell for each byte would be fifty times as many.
 */
export interface Transitions {
  readonly rest: Uint32Array;
  /** Of each state: where its own begin and end in the two lists. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Classes of bytes, ascending within a state. */
  readonly symbols: Uint8Array;
  readonly targets: Uint32Array;
}

/** Real policies have some 100,000; five bytes each. */
const TRANSITIONS_MAX = 32 * 1024 * 1024;
const FIRST_CAPACITY = 4096;

/** All transitions of verified tables, or nothing where they are more than is sensible to hold. */
export function transitionsOf(tables: FlexTables, classCount: number): Transitions | undefined {
  const { base, next, default: fallback } = tables;
  const own = ownPlaces(tables, classCount);
  const list = new TransitionList();
  const rest = new Uint32Array(base.length);
  const [starts, ends] = [new Uint32Array(base.length), new Uint32Array(base.length)];
  const isDone = new Uint8Array(base.length);
  const chain: number[] = [];
  for (let first = 0; first < base.length; first++) {
    // What a state stands on comes before it.
    for (let at = first; isDone[at] === 0; at = fallback[at] ?? 0) {
      isDone[at] = 1;
      chain.push(at);
      if (((base[at] ?? 0) & DIFFERENTIAL) === 0) break;
    }
    for (let state = chain.pop(); state !== undefined; state = chain.pop()) {
      if (list.size > TRANSITIONS_MAX) return undefined;
      const word = base[state] ?? 0;
      const offset = word & BASE_MASK;
      const below = fallback[state] ?? 0;
      const isOnOther = (word & DIFFERENTIAL) !== 0;
      const others = isOnOther ? (rest[below] ?? 0) : below;
      rest[state] = others;
      starts[state] = list.size;
      let inherited = isOnOther ? (starts[below] ?? 0) : 0;
      const inheritedEnd = isOnOther ? (ends[below] ?? 0) : 0;
      for (let one = own.first[state] ?? 0; one > 0; one = own.after[one - 1] ?? 0) {
        const symbol = one - 1 - offset;
        inherited = list.copy(inherited, inheritedEnd, symbol);
        const target = next[one - 1] ?? 0;
        if (target !== others) list.push(symbol, target);
      }
      list.copy(inherited, inheritedEnd, classCount);
      ends[state] = list.size;
    }
  }
  return { rest, starts, ends, symbols: list.symbols, targets: list.targets };
}

interface OwnPlaces {
  /** Places and one more, so that 0 is none. */
  readonly first: Uint32Array;
  readonly after: Uint32Array;
}

/** The places of `next` by the state that they belong to, ascending, chained; each belongs to one. */
function ownPlaces({ base, check }: FlexTables, classCount: number): OwnPlaces {
  const first = new Uint32Array(base.length);
  const after = new Uint32Array(check.length);
  for (let place = check.length - 1; place >= 0; place--) {
    const state = check[place] ?? 0;
    const symbol = place - ((base[state] ?? 0) & BASE_MASK);
    if (symbol < 0 || symbol >= classCount) continue;
    after[place] = first[state] ?? 0;
    first[state] = place + 1;
  }
  return { first, after };
}

class TransitionList {
  symbols: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  targets: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  size = 0;

  push(symbol: number, target: number): void {
    if (this.size === this.symbols.length) this.#grow();
    this.symbols[this.size] = symbol;
    this.targets[this.size] = target;
    this.size += 1;
  }

  /** Repeats what stands there up to a symbol; what stands for the symbol itself is left out. Where it stopped. */
  copy(from: number, end: number, symbol: number): number {
    let at = from;
    for (; at < end && (this.symbols[at] ?? 0) < symbol; at++) this.push(this.symbols[at] ?? 0, this.targets[at] ?? 0);
    return at < end && this.symbols[at] === symbol ? at + 1 : at;
  }

  #grow(): void {
    const [symbols, targets] = [new Uint8Array(this.size * 2), new Uint32Array(this.size * 2)];
    symbols.set(this.symbols);
    targets.set(this.targets);
    [this.symbols, this.targets] = [symbols, targets];
  }
}
