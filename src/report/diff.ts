/** One line of a comparison; `text` has its line end, but for a last line without one. */
export interface DiffLine {
  readonly kind: 'context' | 'remove' | 'add';
  readonly text: string;
}

/** Texts that differ by more are shown as replaced from the first to the last difference: memory grows with the square. */
const EDIT_LIMIT = 1000;

type Front = ReadonlyMap<number, number>;

/** Lines with their ends; joined they are the text again. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Compares two texts line by line, with the fewest changed lines (Myers, "An O(ND) Difference Algorithm", 1986). */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = splitLines(before);
  const b = splitLines(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return [
    ...lines('context', a.slice(0, start)),
    ...shortestEdit(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...lines('context', a.slice(a.length - end)),
  ];
}

function shortestEdit(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  // A front says for each diagonal k = x - y how far into `a` the longest path with so many edits reaches.
  const fronts: Front[] = [];
  let front: Front = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(EDIT_LIMIT, a.length + b.length); edits += 1) {
    const next = new Map<number, number>();
    for (let k = -edits; k <= edits; k += 2) {
      let x = isAddition(front, k) ? (front.get(k + 1) ?? 0) : (front.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, fronts);
    }
    fronts.push(next);
    front = next;
  }
  return [...lines('remove', a), ...lines('add', b)];
}

/** Whether the best way onto diagonal k is a line of `b` (down) rather than one less of `a` (right). */
function isAddition(front: Front, k: number): boolean {
  const right = front.get(k - 1);
  return right === undefined || right < (front.get(k + 1) ?? -1);
}

/** From the end to the start, one edit a front, with the equal lines between. */
function walkBack(a: readonly string[], b: readonly string[], fronts: readonly Front[]): readonly DiffLine[] {
  const backwards: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (const front of fronts.toReversed()) {
    const k = x - y;
    const addition = isAddition(front, k);
    const fromX = addition ? (front.get(k + 1) ?? 0) : (front.get(k - 1) ?? 0);
    const fromY = fromX - (addition ? k + 1 : k - 1);
    const afterX = addition ? fromX : fromX + 1;
    for (const text of a.slice(afterX, x).toReversed()) backwards.push({ kind: 'context', text });
    backwards.push(addition ? { kind: 'add', text: b[fromY] ?? '' } : { kind: 'remove', text: a[fromX] ?? '' });
    x = fromX;
    y = fromY;
  }
  return [...lines('context', a.slice(0, x)), ...backwards.toReversed()];
}

function lines(kind: DiffLine['kind'], texts: readonly string[]): readonly DiffLine[] {
  return texts.map((text) => ({ kind, text }));
}
