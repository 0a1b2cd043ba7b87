import type { ByteText } from '../../../core/byte-text.ts';
import { type Automaton, NO_MATCH } from '../automaton.ts';
import { DOT, type JointSymbol, jointAlphabet, SLASH } from './alphabet.ts';
import { PairSet } from './pair-set.ts';
import { PairSteps, Side } from './pair-steps.ts';

/** Where two automata stand together, and what was read on the way there. */
export interface Seed {
  readonly a: number;
  readonly b: number;
  readonly text: () => ByteText;
}

/**
 * Which texts are asked about. `paths`: as the kernel spells them, absolute, without `//`, `/./`, `/../`. `texts`: any bytes
 * but NUL. `bytes`: all bytes. `attachments`: bytes, and the transition that is none.
 */
export type Words = 'paths' | 'texts' | 'bytes' | 'attachments';

export interface Search {
  readonly a: Automaton;
  readonly b: Automaton;
  readonly seeds: readonly Seed[];
  readonly words: Words;
  /** What a text that ends in these states shows: a set of bits. */
  readonly shows: (a: number, b: number) => number;
  /** Whether nothing is shown where the first automaton matches nothing any more, nor after that. */
  readonly isOverAtNoMatch?: boolean;
  /** The search ends when all of these are shown; all bits without it. */
  readonly enough?: number;
  readonly visit?: (a: number, b: number, text: () => ByteText) => void;
}

export interface SearchResult {
  readonly kind: 'complete';
  /** For each bit the shortest text that shows it, and among those one that can be read. */
  readonly examples: ReadonlyMap<number, ByteText>;
}

export type SearchFailure = { readonly kind: 'too-large'; readonly reason: string };

/** Pairs of states: far more than products of real policies have. */
const PAIRS_MAX = 8_000_000;
const PHASES = 4;
/** Of a path: what stands since the last slash. */
const PHASE = { name: 0, afterSlash: 1, dot: 2, twoDots: 3 } as const;
const NO_PATH = -1;
const BITS = 32;
/** A note of a pair: from which pair it came, and by which symbol; below zero for a seed. */
const SYMBOLS = 512;

/** Looks through all pairs of states that any text leads to, shortest texts first: what is not found isn't there. */
export function search(question: Search): SearchResult | SearchFailure {
  const whole = searchAmong(question, jointAlphabet(question.a, question.b));
  if (whole.kind === 'too-large' || [...whole.examples.values()].every(isReadable)) return whole;
  // There is something to show: perhaps a longer text shows it that people can read.
  const printable = jointAlphabet(question.a, question.b).filter(({ isPrintable }) => isPrintable);
  const { visit: _, ...silent } = question;
  const readable = searchAmong(silent, printable);
  return readable.kind === 'too-large'
    ? whole
    : { kind: 'complete', examples: new Map([...whole.examples, ...readable.examples]) };
}

function isReadable(text: ByteText): boolean {
  return /^[\x21-\x7e]*$/.test(text);
}

function searchAmong(question: Search, alphabet: readonly JointSymbol[]): SearchResult | SearchFailure {
  const { a, b, shows, visit, words } = question;
  const isOver = question.isOverAtNoMatch === true;
  const examples = new Map<number, ByteText>();
  // Before anything is laid out for it: many searches have nothing to begin with.
  if (question.seeds.length === 0) return { kind: 'complete', examples };
  const [ofA, ofB] = [a.transitions(), b.transitions()];
  if (ofA === undefined || ofB === undefined)
    return { kind: 'too-large', reason: 'an automaton has more states than Freehold compares' };
  const symbols = alphabet.filter(({ byte }) => isAsked(byte, words));
  const steps = new PairSteps(
    symbols,
    new Side(a, ofA, { symbols, side: 'a' }),
    new Side(b, ofB, { symbols, side: 'b' }),
  );
  const { ranks, nextA: nextsA, nextB: nextsB } = steps;
  const pairs = new PairSet();
  const bytes = Int16Array.from(symbols, ({ byte }) => byte);
  const isPath = words === 'paths';
  const enough = question.enough ?? -1;
  let shown = 0;
  const texts = question.seeds.map(({ text }) => text);
  question.seeds.forEach((seed, index) => {
    pairs.add(seed.a, seed.b * PHASES + (isPath ? PHASE.afterSlash : PHASE.name), -1 - index);
  });
  for (let at = 0; at < pairs.size; at++) {
    if (pairs.size > PAIRS_MAX)
      return { kind: 'too-large', reason: 'two policies have more states together than Freehold compares' };
    const first = pairs.first(at);
    const rest = pairs.second(at);
    const phase = rest % PHASES;
    const second = (rest - phase) / PHASES;
    if (!isPath || phase === PHASE.name || phase === PHASE.afterSlash) {
      const news = shows(first, second) & ~shown;
      if (news !== 0) {
        shown |= news;
        const text = textOf(pairs, at, { symbols, texts });
        for (let bit = 0; bit < BITS; bit++) if (((news >>> bit) & 1) !== 0) examples.set(bit, text);
        if ((shown & enough) === enough) break;
      }
      visit?.(first, second, () => textOf(pairs, at, { symbols, texts }));
    }
    const count = steps.from(first, second);
    let lastA = -1;
    let lastB = -1;
    for (let i = 0; i < count; i++) {
      const nextA = nextsA[i] ?? NO_MATCH;
      if (isOver && nextA === NO_MATCH) continue;
      const rank = ranks[i] ?? 0;
      const nextPhase = isPath ? phaseAfter(phase, bytes[rank] ?? 0) : PHASE.name;
      if (nextPhase === NO_PATH) continue;
      const nextB = (nextsB[i] ?? NO_MATCH) * PHASES + nextPhase;
      // Most bytes lead where the one before led.
      if (nextA === lastA && nextB === lastB) continue;
      lastA = nextA;
      lastB = nextB;
      pairs.add(nextA, nextB, at * SYMBOLS + rank);
    }
  }
  return { kind: 'complete', examples };
}

function isAsked(byte: number, words: Words): boolean {
  if (words === 'attachments') return true;
  return byte >= (words === 'bytes' ? 0 : 1);
}

/** {@link NO_PATH} for what no path has: a slash after a slash, a dot or two dots. */
function phaseAfter(phase: number, byte: number): number {
  if (byte === SLASH) return phase === PHASE.name ? PHASE.afterSlash : NO_PATH;
  if (byte !== DOT || phase === PHASE.name || phase === PHASE.twoDots) return PHASE.name;
  return phase === PHASE.afterSlash ? PHASE.dot : PHASE.twoDots;
}

interface Texts {
  readonly symbols: readonly JointSymbol[];
  readonly texts: readonly (() => ByteText)[];
}

function textOf(pairs: PairSet, index: number, { symbols, texts }: Texts): ByteText {
  const bytes: number[] = [];
  let note = pairs.note(index);
  for (; note >= 0; note = pairs.note(Math.floor(note / SYMBOLS))) {
    const byte = symbols[note % SYMBOLS]?.byte ?? 0;
    if (byte >= 0) bytes.push(byte);
  }
  return (texts[-1 - note]?.() ?? '') + Buffer.from(bytes.reverse()).toString('latin1');
}
