/** Longer words than this are not compared: nobody misspells them by a letter. */
const WORD_LIMIT_CHARACTERS = 200;
/** One edit in this many characters still looks like a slip. */
const CHARACTERS_PER_EDIT = 3;

/** The name that somebody most likely meant, or `undefined` when none is near. Ties go to the first in `names`. */
export function nearestName(word: string, names: Iterable<string>): string | undefined {
  if (word.length > WORD_LIMIT_CHARACTERS) return undefined;
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(word.length / CHARACTERS_PER_EDIT)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= least || name.length > WORD_LIMIT_CHARACTERS) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance >= least) continue;
    nearest = name;
    least = distance;
  }
  return nearest;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(beforeLast, j - 2) + 1 : Infinity;
      current.push(Math.min(at(last, j) + 1, at(current, j - 1) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
