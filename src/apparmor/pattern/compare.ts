import type { ByteText } from '../../core/byte-text.ts';
import { type ByteClasses, byteClasses, commonClasses } from './byte-classes.ts';
import { byteSet } from './byte-set.ts';
import type { Automaton } from './automaton.ts';
import type { Pattern } from './pattern.ts';

/** So many situations of two patterns are looked at before a comparison is given up. */
const MAX_COMPARED_SITUATIONS = 50_000;

/**
 * Which texts count: paths as the kernel spells them (no empty component, no `.` or `..`: d_path() has resolved them), or any, for
 * names of profiles and of D-Bus.
 */
export type Universe = 'paths' | 'texts';

export type Inclusion =
  | { readonly kind: 'included' }
  /** The shortest text that only the second matches. */
  | { readonly kind: 'not-included'; readonly example: ByteText }
  | Unknown;

export type Intersection =
  | { readonly kind: 'disjoint' }
  /** The shortest text that both match. */
  | { readonly kind: 'common'; readonly example: ByteText }
  | Unknown;

/** The automata are too large to be compared. */
interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** Whether every text that `b` matches is one that `a` matches. */
export function includes(a: Pattern, b: Pattern, universe: Universe = 'paths'): Inclusion {
  const found = findText({ inAll: [b], inNone: [a], universe });
  if (found.kind === 'unknown') return found;
  return found.kind === 'none' ? { kind: 'included' } : { kind: 'not-included', example: found.text };
}

/** Whether some text is matched by both. */
export function intersects(a: Pattern, b: Pattern, universe: Universe = 'paths'): Intersection {
  const found = findText({ inAll: [a, b], universe });
  if (found.kind === 'unknown') return found;
  return found.kind === 'none' ? { kind: 'disjoint' } : { kind: 'common', example: found.text };
}

/** A shortest path that a pattern matches. */
export function exampleOf(pattern: Pattern, universe: Universe = 'paths'): Intersection {
  return intersects(pattern, pattern, universe);
}

export interface Sought {
  readonly inAll: readonly Pattern[];
  readonly inNone?: readonly Pattern[];
  readonly universe?: Universe;
}

export type Found = { readonly kind: 'none' } | { readonly kind: 'text'; readonly text: ByteText } | Unknown;

/** Where all patterns are after a text, and how the text came about. */
interface Situation {
  readonly states: readonly number[];
  readonly component: number;
  readonly byte: number;
  readonly previous: number;
}

/** A shortest text that all of some patterns match and none of some others. */
export function findText({ inAll, inNone = [], universe = 'paths' }: Sought): Found {
  if (inAll.some((a, index) => inAll.slice(index + 1).some((b) => beginDifferently(a, b)))) return { kind: 'none' };
  const automata = [...inAll, ...inNone].map(({ automaton }) => automaton);
  const classes = automata.map((one) => one.classes).reduce(commonClasses, SPECIAL_BYTES);
  const bytes = classes.examples.filter((byte) => byte !== 0);
  const seen = new Set<string | number>();
  const queue: Situation[] = [];
  const arrive = (situation: Situation): void => {
    const { states, component } = situation;
    const key = keyOf(states, component);
    if (seen.has(key)) return;
    seen.add(key);
    queue.push(situation);
  };
  if (inAll.some(({ automaton }) => automaton.isDead(automaton.start()))) return { kind: 'none' };
  arrive({ states: automata.map((one) => one.start()), component: START, byte: 0, previous: -1 });
  for (let at = 0; at < queue.length; at += 1) {
    const now = queue[at];
    if (now === undefined) break;
    const isText = universe === 'texts' || now.component === NAME || now.component === SLASH;
    const isSought = automata.every((one, index) => one.accepts(now.states[index] ?? 0) === index < inAll.length);
    if (isText && isSought) return { kind: 'text', text: textOf(queue, at) };
    for (const byte of bytes) {
      const component = universe === 'texts' ? NAME : nextComponent(now.component, byte);
      if (component === undefined) continue;
      const states = statesAfter(automata, now.states, { byte, inAll: inAll.length });
      if (states === 'too-many') return TOO_LARGE;
      if (states !== 'dead') arrive({ states, component, byte, previous: at });
    }
    if (seen.size > MAX_COMPARED_SITUATIONS) return TOO_LARGE;
  }
  return { kind: 'none' };
}

/** Dead where one that has to match can't any more: of most bytes that is so, and the others are not asked. */
function statesAfter(
  automata: readonly Automaton[],
  before: readonly number[],
  { byte, inAll }: { readonly byte: number; readonly inAll: number },
): readonly number[] | 'dead' | 'too-many' {
  let states: number[] | undefined;
  for (let index = 0; index < automata.length; index += 1) {
    const automaton = automata[index];
    const next = automaton?.next(before[index] ?? 0, byte);
    if (automaton === undefined || next === undefined) return 'too-many';
    if (index < inAll && automaton.isDead(next)) return 'dead';
    states ??= [];
    states.push(next);
  }
  return states ?? [];
}

/** More states than an automaton has, and components than there are: so many automata's fit into one number. */
const STATES = 2 ** 12;
const COMPONENTS = 2 ** 3;
const IN_A_NUMBER = 4;

function keyOf(states: readonly number[], component: number): string | number {
  if (states.length > IN_A_NUMBER) return `${states.join()}.${component}`;
  let key = 0;
  for (const state of states) key = key * STATES + state;
  return key * COMPONENTS + component;
}

/** Most pairs of patterns are told apart by how they begin, without a look at the rest. */
function beginDifferently(a: Pattern, b: Pattern): boolean {
  return a.prefixes.every((one) => b.prefixes.every((other) => !one.startsWith(other) && !other.startsWith(one)));
}

const TOO_LARGE: Unknown = { kind: 'unknown', reason: 'The patterns are too complex to be compared.' };

function textOf(queue: readonly Situation[], last: number): ByteText {
  const bytes: number[] = [];
  for (let now = queue[last]; now !== undefined && now.previous !== -1; now = queue[now.previous]) bytes.push(now.byte);
  return Buffer.from(bytes.toReversed()).toString('latin1');
}

const SLASH_BYTE = 0x2f;
const DOT_BYTE = 0x2e;
const SPECIAL_BYTES: ByteClasses = byteClasses([
  byteSet((byte) => byte === SLASH_BYTE),
  byteSet((byte) => byte === DOT_BYTE),
]);

/** What the component that is being read is so far. */
const START = 0;
const SLASH = 1;
const DOT = 2;
const TWO_DOTS = 3;
const NAME = 4;

/** `undefined` where the text can't be a path any more. */
function nextComponent(component: number, byte: number): number | undefined {
  if (byte === SLASH_BYTE) return component === START || component === NAME ? SLASH : undefined;
  if (byte !== DOT_BYTE) return NAME;
  if (component === SLASH) return DOT;
  return component === DOT ? TWO_DOTS : NAME;
}
