import type { Automaton } from './automaton.ts';
import { meet } from './byte-set.ts';

/** Counts down what may be spent on comparing. */
export interface Effort {
  left: number;
}

/** Whether there is a text that both match; `undefined` where the effort was spent before that was known. */
export function overlaps(a: Automaton, b: Automaton, effort: Effort): boolean | undefined {
  const width = b.steps.length;
  const seen = new Set<number>();
  const open: number[] = [];
  const visit = (left: number, right: number): void => {
    const pair = left * width + right;
    if (seen.has(pair)) return;
    seen.add(pair);
    open.push(pair);
  };
  visit(a.start, b.start);
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const left = Math.floor(pair / width);
    const right = pair % width;
    if (left === a.accept && right === b.accept) return true;
    for (const to of a.moves[left] ?? []) visit(to, right);
    for (const to of b.moves[right] ?? []) visit(left, to);
    for (const one of a.steps[left] ?? [])
      for (const other of b.steps[right] ?? []) if (meet(one.bytes, other.bytes)) visit(one.to, other.to);
    effort.left -= 1;
    if (effort.left <= 0) return undefined;
  }
  return false;
}
