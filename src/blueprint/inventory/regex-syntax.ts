import { REGEX_DEPTH_LIMIT, REGEX_STATE_LIMIT } from './limits.ts';

/** What a regular expression is made of. */
export type RegexNode =
  | { readonly kind: 'character'; readonly matches: (character: string) => boolean }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly least: number; readonly most: number };

export class RegexError extends Error {}

const CLASSES: ReadonlyMap<string, (character: string) => boolean> = new Map([
  ['d', (character: string) => /\p{Nd}/u.test(character)],
  ['w', (character: string) => /[\p{L}\p{N}_]/u.test(character)],
  ['s', (character: string) => /\s/u.test(character)],
]);
const COUNT = /\{(\d{0,4})(?:(,)(\d{0,4}))?\}/y;
const QUANTIFIERS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['*', [0, Infinity]],
  ['+', [1, Infinity]],
  ['?', [0, 1]],
]);
const ESCAPED_SIGN = /^[^A-Za-z0-9]$/u;

/**
 * Reads the part of Python's `re` that can be matched in linear time: characters, `.`, sets, `\d \w \s` and their opposites, groups,
 * `|`, `^`, `$`, `* + ? {m,n}` and their lazy forms. Throws a {@link RegexError} that says what is not in it.
 */
export function parseRegex(pattern: string): RegexNode {
  const parser = new RegexParser(pattern);
  return parser.parse();
}

class RegexParser {
  readonly #characters: readonly string[];
  readonly #source: string;
  #at = 0;

  constructor(pattern: string) {
    this.#source = pattern;
    this.#characters = [...pattern];
  }

  parse(): RegexNode {
    const node = this.#choice(0);
    if (this.#at < this.#characters.length) throw new RegexError('a ) closes no group');
    return node;
  }

  #choice(depth: number): RegexNode {
    if (depth > REGEX_DEPTH_LIMIT)
      throw new RegexError(`groups are nested more than ${String(REGEX_DEPTH_LIMIT)} levels deep`);
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'choice', parts };
  }

  #sequence(depth: number): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#characters.length && this.#peek() !== '|' && this.#peek() !== ')') {
      parts.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: 'sequence', parts };
  }

  #repeated(part: RegexNode): RegexNode {
    const range = this.#quantifier();
    if (range === undefined) return part;
    if (part.kind === 'start' || part.kind === 'end') throw new RegexError('^ and $ can’t be repeated');
    // Lazy forms find another match first, and the same answer to whether there is one.
    this.#take('?');
    if (this.#quantifier() !== undefined || this.#peek() === '+')
      throw new RegexError('a repetition is repeated; put ( ) around it');
    const [least, most] = range;
    if (least > most) throw new RegexError(`{${String(least)},${String(most)}} ends before it begins`);
    if (least > REGEX_STATE_LIMIT || (most !== Infinity && most > REGEX_STATE_LIMIT)) {
      throw new RegexError(`it repeats more than ${String(REGEX_STATE_LIMIT)} times`);
    }
    return { kind: 'repeat', part, least, most };
  }

  #quantifier(): readonly [number, number] | undefined {
    const simple = QUANTIFIERS.get(this.#peek());
    if (simple !== undefined) {
      this.#at += 1;
      return simple;
    }
    COUNT.lastIndex = 0;
    const match = this.#peek() === '{' ? COUNT.exec(this.#characters.slice(this.#at).join('')) : null;
    const [text = '', least = '', comma, most = ''] = match ?? [];
    // As in Python, {} and {,x} without numbers are plain characters.
    if (match === null || (least === '' && comma === undefined)) return undefined;
    this.#at += text.length;
    const from = least === '' ? 0 : Number(least);
    if (comma === undefined) return [from, from];
    return [from, most === '' ? Infinity : Number(most)];
  }

  #atom(depth: number): RegexNode {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group(depth);
      case '[':
        return { kind: 'character', matches: this.#set() };
      case '.':
        return { kind: 'character', matches: (other) => other !== '\n' };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw new RegexError(`nothing stands before ${character}`);
      default:
        return { kind: 'character', matches: (other) => other === character };
    }
  }

  #group(depth: number): RegexNode {
    if (this.#take('?')) {
      const isPlain = this.#take(':');
      const isNamed = !isPlain && /^P<[A-Za-z_]\w*>/.test(this.#characters.slice(this.#at).join(''));
      if (isNamed) this.#at = this.#characters.indexOf('>', this.#at) + 1;
      else if (!isPlain) throw new RegexError('of the groups that begin with (? only (?: and (?P<name> are understood');
    }
    const node = this.#choice(depth + 1);
    if (!this.#take(')')) throw new RegexError('a group is opened and never closed');
    return node;
  }

  #escape(): RegexNode {
    const character = this.#next();
    if (character === 'A') return { kind: 'start' };
    if (character === 'Z') return { kind: 'end' };
    return { kind: 'character', matches: this.#escaped(character) };
  }

  #escaped(character: string): (other: string) => boolean {
    const inside = CLASSES.get(character.toLowerCase());
    if (inside !== undefined) {
      return character === character.toLowerCase() ? inside : (other) => !inside(other);
    }
    if (character === '') throw new RegexError('nothing follows the backslash');
    if (!ESCAPED_SIGN.test(character)) throw new RegexError(`\\${character} is not understood here`);
    return (other) => other === character;
  }

  #set(): (character: string) => boolean {
    const isNegated = this.#take('^');
    const members: ((character: string) => boolean)[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      if (this.#at >= this.#characters.length) throw new RegexError('a [ is opened and never closed');
      members.push(this.#member());
    }
    this.#at += 1;
    return (character) => members.some((matches) => matches(character)) !== isNegated;
  }

  #member(): (character: string) => boolean {
    const from = this.#next();
    const isRange = from !== '\\' && this.#peek() === '-' && ![']', ''].includes(this.#characters[this.#at + 1] ?? '');
    if (from === '\\') return this.#escaped(this.#next());
    if (!isRange) return (character) => character === from;
    this.#at += 1;
    const to = this.#next();
    if (to === '\\') throw new RegexError('a range in [ ] ends with a plain character');
    const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
    if (low > high) throw new RegexError(`the range ${from}-${to} ends before it begins`);
    return (character) => {
      const code = character.codePointAt(0) ?? 0;
      return low <= code && code <= high;
    };
  }

  #peek(): string {
    return this.#characters[this.#at] ?? '';
  }

  #next(): string {
    const character = this.#peek();
    this.#at += 1;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character || this.#at >= this.#source.length) return false;
    this.#at += 1;
    return true;
  }
}
