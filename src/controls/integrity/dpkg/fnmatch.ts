type Token = { readonly kind: 'any' } | { readonly kind: 'one'; readonly accepts: (character: string) => boolean };

/**
 * Whether a text matches a pattern as fnmatch(3) says without flags: `*` and `?` stand for any characters, slashes too, `[a-z]` for
 * one of a set, a backslash takes the meaning of the next character. Takes time linear in the pattern times the text.
 */
export function matchesFilenames(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  // Which tokens may come next, after each character.
  let next = closure(new Set([0]), tokens);
  for (const character of text) {
    const reached = new Set<number>();
    for (const index of next) {
      const token = tokens[index];
      if (token === undefined) continue;
      if (token.kind === 'one') {
        if (token.accepts(character)) reached.add(index + 1);
      } else reached.add(index);
    }
    if (reached.size === 0) return false;
    next = closure(reached, tokens);
  }
  return next.has(tokens.length);
}

/** A star may stand for nothing. */
function closure(indexes: Set<number>, tokens: readonly Token[]): ReadonlySet<number> {
  for (const index of indexes) {
    const token = tokens[index];
    if (token !== undefined && token.kind !== 'one') indexes.add(index + 1);
  }
  return indexes;
}

function tokensOf(pattern: string): readonly Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const set = character === '[' ? setAt(characters, index) : undefined;
    if (character === '*') tokens.push({ kind: 'any' });
    else if (character === '?') tokens.push({ kind: 'one', accepts: () => true });
    else if (set !== undefined) {
      tokens.push({ kind: 'one', accepts: set.accepts });
      index = set.end;
    } else {
      if (character === '\\' && index + 1 < characters.length) index += 1;
      const literal = characters[index] ?? '';
      tokens.push({ kind: 'one', accepts: (other) => other === literal });
    }
  }
  return tokens;
}

/** `[a-z]`, `[!a]`, `[]a]` (glob(7)); a bracket that never closes stands for itself. */
function setAt(
  characters: readonly string[],
  open: number,
): { readonly accepts: (character: string) => boolean; readonly end: number } | undefined {
  const isNegated = characters[open + 1] === '!' || characters[open + 1] === '^';
  const first = open + (isNegated ? 2 : 1);
  const end = characters.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const ranges: (readonly [string, string])[] = [];
  for (let index = first; index < end; index += 1) {
    const from = characters[index] ?? '';
    const isRange = characters[index + 1] === '-' && index + 2 < end;
    ranges.push([from, isRange ? (characters[index + 2] ?? from) : from]);
    if (isRange) index += 2;
  }
  const isIn = (character: string): boolean => ranges.some(([from, to]) => from <= character && character <= to);
  return { accepts: (character) => isIn(character) !== isNegated, end };
}
