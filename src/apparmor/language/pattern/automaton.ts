import type { ByteSet } from './byte-set.ts';
import type { PatternTree } from './tree.ts';

export interface Step {
  readonly bytes: ByteSet;
  readonly to: number;
}

/** States with steps on bytes and free moves between them. */
export interface Automaton {
  readonly steps: readonly (readonly Step[])[];
  readonly moves: readonly (readonly number[])[];
  readonly start: number;
  readonly accept: number;
}

export function buildAutomaton(tree: PatternTree): Automaton {
  const steps: Step[][] = [];
  const moves: number[][] = [];
  const state = (): number => {
    steps.push([]);
    moves.push([]);
    return steps.length - 1;
  };
  const move = (from: number, to: number): void => {
    moves[from]?.push(to);
  };
  const build = (node: PatternTree, from: number): number => {
    switch (node.kind) {
      case 'set': {
        const to = state();
        steps[from]?.push({ bytes: node.bytes, to });
        return to;
      }
      case 'star': {
        const loop = state();
        move(from, loop);
        move(build(node.of, loop), loop);
        const out = state();
        move(loop, out);
        return out;
      }
      case 'sequence':
        return node.parts.reduce((at, part) => build(part, at), from);
      case 'choice': {
        const out = state();
        for (const option of node.options) {
          const start = state();
          move(from, start);
          move(build(option, start), out);
        }
        return out;
      }
    }
  };
  const start = state();
  const accept = build(tree, start);
  return { steps, moves, start, accept };
}
