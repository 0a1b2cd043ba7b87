import { MAX_STATES } from './automaton.ts';

/** What a path component that is being read may be so far, in numbers below this. */
const COMPONENTS = 8;
/** Of so many automata the states make a number that is exact: 4,000 to the fourth power by eight is below 2^53. */
const MAX_NUMBERED = 4;

/** Which combinations of automata's states, and of what is being read, were met. */
export class SituationSet {
  readonly #seen = new Set<number | string>();
  readonly #isNumbered: boolean;

  constructor(automata: number) {
    this.#isNumbered = automata <= MAX_NUMBERED;
  }

  /** Whether it is new. */
  add(states: readonly number[], component: number): boolean {
    const before = this.#seen.size;
    this.#seen.add(
      this.#isNumbered
        ? states.reduce((sum, state) => sum * MAX_STATES + state, 0) * COMPONENTS + component
        : `${states.join()}.${component}`,
    );
    return this.#seen.size > before;
  }
}
