import type { DiffLine } from './diff.ts';

const CONTEXT_LINES = 3;

/** A run of changed lines with its surroundings; lines count from 1, and from 0 where there are none (diff(1)). */
export interface Hunk {
  readonly beforeStart: number;
  readonly beforeCount: number;
  readonly afterStart: number;
  readonly afterCount: number;
  readonly lines: readonly DiffLine[];
}

/** The changed parts of a comparison with up to three lines around each, as unified diffs show them. */
export function hunksOf(diff: readonly DiffLine[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  const position = { before: 0, after: 0 };
  let from = 0;
  for (const [first, last] of changedSpans(diff)) {
    advance(position, diff.slice(from, first));
    const part = diff.slice(first, last);
    const counts = { before: 0, after: 0 };
    advance(counts, part);
    hunks.push({
      beforeStart: position.before + (counts.before > 0 ? 1 : 0),
      beforeCount: counts.before,
      afterStart: position.after + (counts.after > 0 ? 1 : 0),
      afterCount: counts.after,
      lines: part,
    });
    advance(position, part);
    from = last;
  }
  return hunks;
}

/** Half-open ranges around the changes, joined where they meet. */
function changedSpans(diff: readonly DiffLine[]): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (const [index, line] of diff.entries()) {
    if (line.kind === 'context') continue;
    const last = spans.at(-1);
    const end = Math.min(diff.length, index + 1 + CONTEXT_LINES);
    if (last !== undefined && index - CONTEXT_LINES <= last[1]) last[1] = end;
    else spans.push([Math.max(0, index - CONTEXT_LINES), end]);
  }
  return spans;
}

function advance(position: { before: number; after: number }, part: readonly DiffLine[]): void {
  for (const line of part) {
    if (line.kind !== 'add') position.before += 1;
    if (line.kind !== 'remove') position.after += 1;
  }
}
