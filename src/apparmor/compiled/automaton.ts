import type { ByteText } from '../../core/byte-text.ts';
import type { FlexTables } from './flex-tables.ts';
import { MalformedPolicy } from './malformed.ts';
import { BASE_MASK, DIFFERENTIAL, type Transitions, transitionsOf } from './transitions.ts';

/** What is reached when nothing matches (DFA_NOMATCH of match.h). */
export const NO_MATCH = 0;
/** DFA_START */
export const START = 1;

const BYTE_VALUES = 256;
const STATES_MIN = 2;
/** Further flags in `base` (match.h). */
const OUT_OF_BAND = 0x20000000;
const UNKNOWN_FLAGS = 0x5f000000;
/** Flags of the whole automaton (YYTH_FLAG_*). */
const HAS_DIFFERENTIAL = 1;
const HAS_OUT_OF_BAND = 2;
const KNOWN_FLAGS = HAS_DIFFERENTIAL | HAS_OUT_OF_BAND;
/** aa_dfa_outofband_transition() matches the "character" -1. */
const OUT_OF_BAND_SYMBOL = -1;
/** Compilers make chains of some dozens; longer ones are made to make readers slow. */
const CHAIN_MAX = 4096;

/** A deterministic automaton over bytes, verified: no walk leaves its tables or runs without end. */
export class Automaton {
  readonly stateCount: number;
  /** The class of each byte. */
  readonly classOf: Uint8Array;
  readonly classCount: number;
  readonly hasOutOfBand: boolean;
  readonly #tables: FlexTables;
  #transitions: Transitions | undefined;

  constructor(tables: FlexTables) {
    verify(tables);
    this.#tables = tables;
    this.stateCount = tables.base.length;
    this.classOf = tables.equivalence ?? Uint8Array.from({ length: BYTE_VALUES }, (_, byte) => byte);
    this.classCount = this.classOf.reduce((most, one) => Math.max(most, one), 0) + 1;
    this.hasOutOfBand = (tables.flags & HAS_OUT_OF_BAND) !== 0;
  }

  /** The state after one byte. */
  step(state: number, byte: number): number {
    return this.#match(state, this.classOf[byte] ?? 0);
  }

  /** The state after a text, NUL bytes included: {@link step} for each, written out because logs have millions of them. */
  walk(state: number, text: ByteText): number {
    const { base, check, next, default: fallback } = this.#tables;
    const { classOf } = this;
    let at = state;
    for (let i = 0; i < text.length; i++) {
      const symbol = classOf[text.charCodeAt(i)] ?? 0;
      for (;;) {
        const word = base[at] ?? 0;
        const position = (word & BASE_MASK) + symbol;
        if (check[position] === at) {
          at = next[position] ?? NO_MATCH;
          break;
        }
        at = fallback[at] ?? NO_MATCH;
        if ((word & DIFFERENTIAL) === 0) break;
      }
    }
    return at;
  }

  /** The transition that no byte makes: between a program's path and its extended attributes. */
  outOfBand(state: number): number {
    return ((this.#tables.base[state] ?? 0) & OUT_OF_BAND) === 0 ? NO_MATCH : this.#match(state, OUT_OF_BAND_SYMBOL);
  }

  /** All transitions but those out of band, or nothing where they are more than is sensible to hold. */
  transitions(): Transitions | undefined {
    this.#transitions ??= transitionsOf(this.#tables, this.classCount);
    return this.#transitions;
  }

  /** match_char() of match.c. */
  #match(state: number, symbol: number): number {
    const { base, check, next, default: fallback } = this.#tables;
    let at = state;
    for (;;) {
      const word = base[at] ?? 0;
      const position = (word & BASE_MASK) + symbol;
      if (check[position] === at) return next[position] ?? NO_MATCH;
      at = fallback[at] ?? NO_MATCH;
      if ((word & DIFFERENTIAL) === 0) return at;
    }
  }
}

/** verify_dfa() of match.c, which the kernel does unless its `paranoid_load` is off. */
function verify(tables: FlexTables): void {
  const { base, next, check, default: fallback, flags } = tables;
  if ((flags & ~KNOWN_FLAGS) !== 0) fail('the automaton has unknown flags');
  if (base.length < STATES_MIN) fail('the automaton has less than two states');
  for (let state = 0; state < base.length; state++) {
    const word = base[state] ?? 0;
    if ((fallback[state] ?? 0) >= base.length) fail(`state ${String(state)} goes on to one that isn't there`);
    if ((word & UNKNOWN_FLAGS) !== 0) fail(`state ${String(state)} has unknown flags`);
    if ((word & DIFFERENTIAL) !== 0 && (flags & HAS_DIFFERENTIAL) === 0)
      fail(`state ${String(state)} is differential in an automaton without such`);
    if ((word & OUT_OF_BAND) !== 0 && ((flags & HAS_OUT_OF_BAND) === 0 || (word & BASE_MASK) === 0))
      fail(`state ${String(state)} has a transition out of band that can't be`);
    if ((word & BASE_MASK) + BYTE_VALUES > next.length) fail(`transitions of state ${String(state)} leave the table`);
  }
  for (const table of [next, check])
    for (const state of table) if (state >= base.length) fail("a transition leads to a state that isn't there");
  verifyChains(tables);
}

/** Differential states stand on others; a ring of them would never end. */
function verifyChains({ base, default: fallback }: FlexTables): void {
  const depths = new Uint16Array(base.length);
  const chain: number[] = [];
  for (let first = 0; first < base.length; first++) {
    let at = first;
    while (((base[at] ?? 0) & DIFFERENTIAL) !== 0 && depths[at] === 0) {
      chain.push(at);
      if (chain.length > CHAIN_MAX) fail('states stand on each other in a ring, or in too long a chain');
      at = fallback[at] ?? NO_MATCH;
    }
    let depth = depths[at] ?? 0;
    for (let state = chain.pop(); state !== undefined; state = chain.pop()) {
      depth += 1;
      if (depth > CHAIN_MAX) fail('states stand on each other in too long a chain');
      depths[state] = depth;
    }
  }
}

function fail(reason: string): never {
  throw new MalformedPolicy(reason);
}
