/** More alternatives than this in one pattern's braces are not expanded: the pattern then matches nothing. */
const BRACE_LIMIT_ALTERNATIVES = 256;

/** Whether systemd treats a key as a pattern (string_is_glob()). */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Whether a path below /proc/sys matches a pattern as glob(3) with GLOB_BRACE does: wildcards don't cross slashes and don't
 * match a leading dot, a backslash escapes. Takes time linear in the pattern times the path.
 */
export function globMatches(pattern: string, path: string): boolean {
  return expandBraces(pattern).some((alternative) => matchesParts(alternative.split('/'), path.split('/')));
}

function matchesParts(patterns: readonly string[], parts: readonly string[]): boolean {
  return (
    patterns.length === parts.length && patterns.every((pattern, index) => nameMatches(pattern, parts[index] ?? ''))
  );
}

type Token = { readonly kind: 'any' } | { readonly kind: 'one'; readonly accepts: (character: string) => boolean };

/** Whether one name without slashes matches a pattern without braces (fnmatch(3), FNM_PERIOD). */
export function nameMatches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.') && !pattern.startsWith('\\.')) return false;
  const tokens = tokenize(pattern);
  const characters = [...name];
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

/** `a{b,c}d` → `abd`, `acd`; braces that don't close stay as they are. */
function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open: string[] = [pattern];
  while (open.length > 0) {
    const current = open.pop() ?? '';
    const brace = findBrace(current);
    if (brace === undefined) done.push(current);
    else
      for (const option of brace.options)
        open.push(current.slice(0, brace.start) + option + current.slice(brace.end + 1));
    if (done.length + open.length > BRACE_LIMIT_ALTERNATIVES) return [];
  }
  return done;
}

function findBrace(pattern: string): { start: number; end: number; options: readonly string[] } | undefined {
  for (let start = pattern.indexOf('{'); start !== -1; start = pattern.indexOf('{', start + 1)) {
    if (pattern[start + 1] === '}') continue;
    let depth = 0;
    let optionStart = start + 1;
    const options: string[] = [];
    for (let index = start; index < pattern.length; index += 1) {
      const character = pattern[index];
      if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
      if ((character === ',' && depth === 1) || depth === 0) {
        options.push(pattern.slice(optionStart, index));
        optionStart = index + 1;
      }
      if (depth === 0) return { start, end: index, options };
    }
  }
  return undefined;
}
