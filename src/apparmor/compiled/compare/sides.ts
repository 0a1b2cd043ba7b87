import { NO_MATCH } from '../automaton.ts';
import { permissionsAt, type RuleAutomaton } from '../permissions.ts';

const BYTE_VALUES = 256;

/** Whether all is over once nothing matches: so it is in all that a compiler makes, and must not be taken for granted. */
export function isDeadEnd({ automaton, permissions, ...rest }: RuleAutomaton): boolean {
  const rules = { automaton, permissions, ...rest };
  const isEmpty = permissionsAt(rules, NO_MATCH, true).allow === 0 && permissionsAt(rules, NO_MATCH, false).allow === 0;
  if (!isEmpty || automaton.outOfBand(NO_MATCH) !== NO_MATCH) return false;
  return Array.from({ length: BYTE_VALUES }, (_, byte) => automaton.step(NO_MATCH, byte)).every(
    (next) => next === NO_MATCH,
  );
}

const CACHED_MAX = 4_000_000;

/** Remembers what pairs of entries show: there are few, and millions of pairs of states have them. */
export function remembered(
  countA: number,
  countB: number,
  show: (a: number, b: number) => number,
): (a: number, b: number) => number {
  if (countA * countB > CACHED_MAX) return show;
  const known = new Float64Array(countA * countB).fill(-1);
  return (a, b) => {
    const at = a * countB + b;
    const found = known[at] ?? -1;
    if (found >= 0) return found;
    const shown = show(a, b) >>> 0;
    known[at] = shown;
    return shown;
  };
}
