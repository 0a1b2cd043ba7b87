import type { ByteText } from '../../../core/byte-text.ts';
import { readEscape } from '../escapes.ts';
import { ALTERNATION_DEPTH_LIMIT } from '../limits.ts';

export type Expression =
  { readonly kind: 'expression'; readonly text: string } | { readonly kind: 'problem'; readonly message: string };

const ONE = String.raw`[^/\x00]`;
const ANY_IN_NAME = String.raw`[^/\x00]*`;
const ANY = String.raw`[^\x00]*`;
/** In the middle of a regular expression they mean something that patterns of AppArmor don't have. */
const ALWAYS_ESCAPED = '.+|()';

interface State {
  readonly pattern: ByteText;
  at: number;
  output: string;
  isEscaped: boolean;
  isInClass: boolean;
  /** Whether the last thing written was a plain slash. */
  isAfterSlash: boolean;
  /** For each open `{`: how many commas it has had. */
  readonly groups: number[];
}

/**
 * A pattern (AARE) as the regular expression that the kernel's automaton is made from; follows
 * convert_aaregex_to_pcre() of parser_regex.c, since what a pattern in an odd form means is defined by nothing else.
 */
export function toExpression(pattern: ByteText): Expression {
  const state: State = {
    pattern,
    at: 0,
    output: '',
    isEscaped: false,
    isInClass: false,
    isAfterSlash: false,
    groups: [],
  };
  while (state.at < pattern.length) {
    const character = pattern[state.at] ?? '';
    if (character === '\\' && !state.isEscaped) {
      state.isEscaped = true;
      state.at += 1;
      continue;
    }
    const message = readCharacter(state, character);
    if (message !== undefined) return { kind: 'problem', message };
    state.isEscaped = false;
    state.isAfterSlash = character === '/';
    state.at += 1;
  }
  if (state.groups.length > 0) return { kind: 'problem', message: 'a “{” is not closed' };
  if (state.isInClass) return { kind: 'problem', message: 'a “[” is not closed' };
  if (state.isEscaped) return { kind: 'problem', message: 'a backslash at the end has nothing to escape' };
  return { kind: 'expression', text: state.output };
}

function readCharacter(state: State, character: string): string | undefined {
  switch (character) {
    case '\\':
      state.output += '\\\\';
      return undefined;
    case '*':
      if (state.isEscaped) state.output += String.raw`\*`;
      else readStar(state);
      return undefined;
    case '?':
      state.output += state.isEscaped ? '?' : ONE;
      return undefined;
    case '[':
      if (!state.isEscaped) state.isInClass = true;
      state.output += state.isEscaped ? String.raw`\[` : '[';
      return undefined;
    case ']':
      return readClassEnd(state);
    case '{':
      return readGroupStart(state);
    case '}':
      return readGroupEnd(state);
    case ',':
      readComma(state);
      return undefined;
    case '^':
    case '$':
      state.output += state.isInClass ? character : `\\${character}`;
      return undefined;
    default:
      readOther(state, character);
      return undefined;
  }
}

function readStar(state: State): void {
  const { pattern, at } = state;
  if (state.isAfterSlash) {
    let end = at;
    while (pattern[end] === '*') end += 1;
    // `/foo/*` must not match `/foo/`, nor `/*/foo` match `//foo`: between slashes at least one character is needed.
    if (end === pattern.length || pattern[end] === '/') state.output += ONE;
  }
  if (pattern[at + 1] === '*') {
    state.output += ANY;
    state.at += 1;
  } else state.output += ANY_IN_NAME;
}

function readClassEnd(state: State): string | undefined {
  if (state.isEscaped) {
    state.output += String.raw`\]`;
    return undefined;
  }
  if (!state.isInClass) return 'a “]” closes nothing';
  state.isInClass = false;
  state.output += ']';
  return undefined;
}

function readGroupStart(state: State): string | undefined {
  if (state.isEscaped || state.isInClass) {
    state.output += state.isEscaped ? String.raw`\{` : '{';
    return undefined;
  }
  state.groups.push(0);
  state.output += '(';
  return state.groups.length >= ALTERNATION_DEPTH_LIMIT ? `“{” is nested ${ALTERNATION_DEPTH_LIMIT} deep` : undefined;
}

function readGroupEnd(state: State): string | undefined {
  if (state.isEscaped || state.isInClass) {
    state.output += state.isEscaped ? String.raw`\}` : '}';
    return undefined;
  }
  const commas = state.groups.pop();
  if (commas === undefined) return 'a “}” closes nothing';
  state.output += ')';
  return commas === 0 ? 'between “{” and “}” at least two items are needed, with a comma' : undefined;
}

function readComma(state: State): void {
  const last = state.groups.length - 1;
  if (state.isEscaped) state.output += state.isInClass ? String.raw`\,` : ',';
  else if (last >= 0 && !state.isInClass) {
    state.groups[last] = (state.groups[last] ?? 0) + 1;
    state.output += '|';
  } else state.output += ',';
}

function readOther(state: State, character: string): void {
  if (ALWAYS_ESCAPED.includes(character)) state.output += '\\';
  const escape = state.isEscaped ? readEscape(state.pattern, state.at) : undefined;
  if (escape === undefined) {
    state.output += character;
    return;
  }
  state.output += `\\${state.pattern.slice(state.at, escape.end)}`;
  state.at = escape.end - 1;
}
