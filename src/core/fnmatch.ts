type Token = { readonly kind: 'any' } | { readonly kind: 'one'; readonly accepts: (character: string) => boolean };

/**
 * Whether a text matches a pattern as fnmatch(3) says without flags: `*` and `?` stand for any characters, slashes too, `[a-z]` for
 * one of a set, a backslash takes the meaning of the next character. Takes time linear in the pattern times the text.
 */
export function fnmatch(pattern: string, text: string): boolean {
  const tokens = tokenize(pattern);
  const characters = [...text];
  // The usual two-pointer walk: on a mismatch the last star takes one character more.
  let token = 0;
  let star = -1;
  let starAt = 0;
  let at = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (current?.kind === 'any') {
      star = token;
      starAt = at;
      token += 1;
    } else if (current?.kind === 'one' && current.accepts(characters[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (star !== -1) {
      starAt += 1;
      at = starAt;
      token = star + 1;
    } else return false;
  }
  while (tokens[token]?.kind === 'any') token += 1;
  return token === tokens.length;
}

function tokenize(pattern: string): readonly Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const set = character === '[' ? parseSet(characters, index) : undefined;
    if (character === '*') tokens.push({ kind: 'any' });
    else if (character === '?') tokens.push({ kind: 'one', accepts: () => true });
    else if (set !== undefined) {
      tokens.push({ kind: 'one', accepts: set.accepts });
      index = set.end;
    } else {
      const isEscape = character === '\\' && index + 1 < characters.length;
      if (isEscape) index += 1;
      const literal = characters[index] ?? '';
      tokens.push({ kind: 'one', accepts: (other) => other === literal });
    }
  }
  return tokens;
}

interface CharacterSet {
  readonly accepts: (character: string) => boolean;
  /** The index of the closing bracket. */
  readonly end: number;
}

/** `[a-z]`, `[!a]`, `[^a]`, `[]a]`; a bracket that never closes is an ordinary character (glob(7)). */
function parseSet(characters: readonly string[], open: number): CharacterSet | undefined {
  let index = open + 1;
  const isNegated = characters[index] === '!' || characters[index] === '^';
  if (isNegated) index += 1;
  const ranges: [string, string][] = [];
  const first = index;
  for (; index < characters.length; index += 1) {
    if (characters[index] === ']' && index > first) break;
    if (characters[index] === '\\') index += 1;
    const from = characters[index];
    if (from === undefined) return undefined;
    const isRange =
      characters[index + 1] === '-' && characters[index + 2] !== undefined && characters[index + 2] !== ']';
    ranges.push([from, isRange ? (characters[index + 2] ?? from) : from]);
    if (isRange) index += 2;
  }
  if (index >= characters.length) return undefined;
  const isIn = (character: string): boolean => ranges.some(([from, to]) => from <= character && character <= to);
  return { accepts: (character) => isIn(character) !== isNegated, end: index };
}
