import type { ByteText } from '../../core/byte-text.ts';
import type { Automaton } from './automaton.ts';
import { commonClasses } from './byte-classes.ts';
import { mayBegin, type Pattern } from './pattern.ts';
import { SituationSet } from './situation-set.ts';

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

/** The automata are too large to be compared, or as much was done as was allowed. */
interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
  /** It is known with more {@link Effort}. */
  readonly isSpent?: true;
}

/** Whether every text that `b` matches is one that `a` matches. */
export function includes(a: Pattern, b: Pattern, options: Pick<Sought, 'universe' | 'effort'> = {}): Inclusion {
  const found = findText({ inAll: [b], inNone: [a], ...options });
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
  readonly effort?: Effort;
}

/** What may be spent on several comparisons together: steps, of which each takes some ten nanoseconds. */
export interface Effort {
  left: number;
}

/** What a comparison takes before its first byte is tried. */
const COMPARISON_STEPS = 300;
/** What it takes to look at one place of a pattern while a state is made of many. */
const PLACE_STEPS = 8;

export type Found = { readonly kind: 'none' } | { readonly kind: 'text'; readonly text: ByteText } | Unknown;

/** A shortest text that all of some patterns match and none of some others. */
export function findText(sought: Sought): Found {
  const { inAll, effort } = sought;
  const hasPair = (test: (a: Pattern, b: Pattern) => boolean): boolean =>
    inAll.some((a, index) => inAll.slice(index + 1).some((b) => test(a, b)));
  if (hasPair(areApart)) return NONE;
  if (effort !== undefined && effort.left <= 0) return SPENT;
  if (hasPair((a, b) => !mayGoOn(a, b) || !mayGoOn(b, a))) {
    charge(sought, COMPARISON_STEPS);
    return NONE;
  }
  const found = search(sought);
  if (found.kind !== 'unknown' || found.isSpent === true) return found;
  // What other questions have left in the automata counts no more: the answer must not depend on what was asked before.
  for (const { automaton } of [...sought.inAll, ...(sought.inNone ?? [])]) automaton.forget();
  return search(sought);
}

/** Whether a pattern may begin as all of another do that has one beginning. */
function mayGoOn(a: Pattern, { prefixes }: Pattern): boolean {
  const [prefix] = prefixes;
  return prefix === undefined || prefixes.length > 1 || mayBegin(a, prefix);
}

function charge({ inAll, inNone = [], effort }: Sought, steps: number): void {
  if (effort === undefined) return;
  effort.left -= steps;
  for (const { automaton } of inAll) effort.left -= PLACE_STEPS * automaton.takeWork();
  for (const { automaton } of inNone) effort.left -= PLACE_STEPS * automaton.takeWork();
}

/** How a text came about: its last byte, and what it was before that. */
interface Step {
  readonly byte: number;
  readonly previous: number;
}

function search(sought: Sought): Found {
  const { inAll, inNone = [], universe = 'paths', effort } = sought;
  const automata = [...inAll, ...inNone].map(({ automaton }) => automaton);
  const width = automata.length;
  const [first, ...others] = automata.map((one) => one.classes);
  if (first === undefined) return NONE;
  const classes = commonClasses(first, others);
  charge(sought, COMPARISON_STEPS);
  const bytes = classes.examples.filter((byte) => byte !== 0);
  const seen = new SituationSet(width);
  const steps: Step[] = [];
  // Where each automaton is after the text of a step, and the component of the path that is being read.
  const states: number[] = [];
  const components: number[] = [];
  const now: number[] = [];
  const arrive = (component: number, step: Step): void => {
    if (!seen.add(now, component)) return;
    states.push(...now);
    components.push(component);
    steps.push(step);
  };
  for (const one of automata) now.push(one.start());
  if (inAll.every(({ automaton }, index) => !automaton.isDead(now[index] ?? 0))) arrive(START, FIRST);
  for (let at = 0; at < steps.length; at += 1) {
    const from = at * width;
    const component = components[at] ?? START;
    const isText = universe === 'texts' || component === NAME || component === SLASH;
    const isSought = (one: Automaton, index: number): boolean =>
      one.accepts(states[from + index] ?? 0) === index < inAll.length;
    if (isText && automata.every(isSought)) return { kind: 'text', text: textOf(steps, at) };
    for (const byte of bytes) {
      const next = universe === 'texts' ? NAME : nextComponent(component, byte);
      if (next === undefined) continue;
      let isAlive = true;
      for (let index = 0; index < width && isAlive; index += 1) {
        const automaton = automata[index];
        const state = automaton?.next(states[from + index] ?? 0, byte);
        if (automaton === undefined || state === undefined) return TOO_LARGE;
        isAlive = index >= inAll.length || !automaton.isDead(state);
        now[index] = state;
      }
      if (isAlive) arrive(next, { byte, previous: at });
    }
    charge(sought, bytes.length * width);
    if (steps.length > MAX_COMPARED_SITUATIONS) return TOO_LARGE;
    if (effort !== undefined && effort.left <= 0) return SPENT;
  }
  return NONE;
}

/** Most pairs of patterns are told apart by how they begin or end, without a look at the rest. */
export function areApart(a: Pattern, b: Pattern): boolean {
  return a.prefixes.every((prefix, index) => {
    const suffix = a.suffixes[index] ?? '';
    return b.prefixes.every((other, at) => {
      const end = b.suffixes[at] ?? '';
      return !(prefix.startsWith(other) || other.startsWith(prefix)) || !(suffix.endsWith(end) || end.endsWith(suffix));
    });
  });
}

const NONE: Found = { kind: 'none' };
const TOO_LARGE: Unknown = {
  kind: 'unknown',
  reason: 'The patterns are too complex to be compared.',
};
const SPENT: Unknown = {
  kind: 'unknown',
  reason: 'The patterns of the policy are too many to be compared with each other.',
  isSpent: true,
};

const FIRST: Step = { byte: 0, previous: -1 };

function textOf(steps: readonly Step[], last: number): ByteText {
  const bytes: number[] = [];
  for (let now = steps[last]; now !== undefined && now.previous !== -1; now = steps[now.previous]) bytes.push(now.byte);
  return Buffer.from(bytes.toReversed()).toString('latin1');
}

const SLASH_BYTE = 0x2f;
const DOT_BYTE = 0x2e;

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
