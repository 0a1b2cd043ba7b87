/** One place of a glob: any characters, any one character, or one of some. */
type Token = { readonly kind: 'any' } | { readonly kind: 'one'; readonly matches: (character: string) => boolean };

/** What Python's `fnmatch` takes for a pattern: `*`, `?`, `[abc]`, `[a-f]`, `[!abc]`; upper and lower case differ. */
export function compileGlob(pattern: string): (text: string) => boolean {
  const tokens = tokensOf([...pattern]);
  return (text) => matches(tokens, [...text]);
}

/** Goes back to the last `*` only: time is proportional to the product of both lengths, never worse. */
function matches(tokens: readonly Token[], text: readonly string[]): boolean {
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current?.kind === 'any') {
      star = token;
      starAt = at;
      token += 1;
    } else if (current?.matches(text[at] ?? '') === true) {
      at += 1;
      token += 1;
    } else if (star !== -1) {
      starAt += 1;
      at = starAt;
      token = star + 1;
    } else return false;
  }
  return tokens.slice(token).every(({ kind }) => kind === 'any');
}

function tokensOf(pattern: readonly string[]): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const end = character === '[' ? endOfSet(pattern, at) : -1;
    if (character === '*') tokens.push({ kind: 'any' });
    else if (character === '?') tokens.push({ kind: 'one', matches: () => true });
    else if (end !== -1) {
      tokens.push({ kind: 'one', matches: setOf(pattern.slice(at + 1, end)) });
      at = end;
    } else tokens.push({ kind: 'one', matches: (other) => other === character });
  }
  return tokens;
}

/** A `]` that comes first belongs to the set; without an end the bracket is a plain character. */
function endOfSet(pattern: readonly string[], start: number): number {
  const first = start + (pattern[start + 1] === '!' ? 2 : 1);
  return pattern.indexOf(']', first + (pattern[first] === ']' ? 1 : 0));
}

function setOf(content: readonly string[]): (character: string) => boolean {
  const isNegated = content[0] === '!';
  const members = isNegated ? content.slice(1) : content;
  const singles = new Set<string>();
  const ranges: (readonly [number, number])[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] ?? '';
    const to = members[at + 2];
    if (members[at + 1] === '-' && to !== undefined) {
      ranges.push([codeOf(from), codeOf(to)]);
      at += 2;
    } else singles.add(from);
  }
  return (character) => {
    const code = codeOf(character);
    const isIn = singles.has(character) || ranges.some(([from, to]) => from <= code && code <= to);
    return isIn !== isNegated;
  };
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
