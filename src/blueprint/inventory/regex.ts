import { REGEX_STATE_LIMIT } from './limits.ts';
import { parseRegex, RegexError, type RegexNode } from './regex-syntax.ts';

/** One state of the automaton: reads a character, or goes on without one. */
type State =
  | { kind: 'read'; matches: (character: string) => boolean; next: number }
  | { kind: 'fork'; next: readonly number[] }
  | { kind: 'start' | 'end'; next: number }
  | { kind: 'done' };

/**
 * Compiles a regular expression to an automaton whose states are all followed at once (Thompson, CACM 11(6), 1968): matching takes time
 * proportional to the product of both lengths, whatever the expression. Like Python's `re.match`, it must match at the start and need
 * not reach the end. Throws a `RegexError`.
 */
export function compileRegex(pattern: string): (text: string) => boolean {
  const states: State[] = [{ kind: 'done' }];
  const start = new Builder(states).build(parseRegex(pattern), 0);
  return (text) => run(states, start, [...text]);
}

class Builder {
  readonly #states: State[];

  constructor(states: State[]) {
    this.#states = states;
  }

  /** Adds what a node needs before the state `next`, and answers where it begins. */
  build(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'character':
        return this.#add({ kind: 'read', matches: node.matches, next });
      case 'start':
      case 'end':
        return this.#add({ kind: node.kind, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.build(part, after), next);
      case 'choice':
        return this.#add({ kind: 'fork', next: node.parts.map((part) => this.build(part, next)) });
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ part, least, most }: Extract<RegexNode, { kind: 'repeat' }>, next: number): number {
    let after = next;
    if (most === Infinity) {
      const loop = this.#add({ kind: 'fork', next: [next] });
      this.#states[loop] = { kind: 'fork', next: [this.build(part, loop), next] };
      after = loop;
    } else {
      for (let count = least; count < most; count += 1) {
        after = this.#add({ kind: 'fork', next: [this.build(part, after), next] });
      }
    }
    for (let count = 0; count < least; count += 1) after = this.build(part, after);
    return after;
  }

  #add(state: State): number {
    if (this.#states.length >= REGEX_STATE_LIMIT) {
      throw new RegexError(`with its repetitions written out it has more than ${String(REGEX_STATE_LIMIT)} parts`);
    }
    this.#states.push(state);
    return this.#states.length - 1;
  }
}

function run(states: readonly State[], start: number, text: readonly string[]): boolean {
  let current = new Set([start]);
  for (let at = 0; at <= text.length; at += 1) {
    const place = { isStart: at === 0, isEnd: at === text.length || (at === text.length - 1 && text[at] === '\n') };
    const next = new Set<number>();
    // A set grows while it is walked through: what is reached without a character is reached here.
    for (const index of current) {
      const state = states[index];
      if (state === undefined || state.kind === 'done') return true;
      if (state.kind === 'fork') for (const one of state.next) current.add(one);
      else if (state.kind === 'read') {
        const character = text[at];
        if (character !== undefined && state.matches(character)) next.add(state.next);
      } else if (state.kind === 'start' ? place.isStart : place.isEnd) current.add(state.next);
    }
    current = next;
  }
  return false;
}
