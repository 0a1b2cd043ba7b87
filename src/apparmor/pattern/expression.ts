import type { ByteText } from '../../core/byte-text.ts';
import { readEscape } from './escape-sequence.ts';
import { type TracedText, TracedTextBuilder } from './traced-text.ts';

/** parser_regex.c: MAX_ALT_DEPTH; the fiftieth is refused already. */
const MAX_ALTERNATION_DEPTH = 49;

const IN_COMPONENT = '[^/\\x00]';
const ANYTHING = '[^\\x00]';

export interface PatternProblem {
  readonly kind: 'problem';
  /** To go on a sentence with. */
  readonly message: string;
  /** The offset in the text that was given. */
  readonly at: number;
}

export type Expression = { readonly kind: 'expression'; readonly expression: TracedText } | PatternProblem;

/**
 * The regular expression that apparmor_parser makes of a pattern (parser_regex.c: convert_aaregex_to_pcre), by way of its text: some
 * of what patterns mean comes from texts that run together there, such as a `*` within brackets.
 */
export function toExpression(pattern: TracedText): Expression {
  return new Converter(pattern).convert();
}

class Converter {
  readonly #text: ByteText;
  readonly #origins: readonly number[];
  readonly #made = new TracedTextBuilder();
  /** Of each open brace: where it is and how many commas it has. */
  readonly #braces: { readonly at: number; commas: number }[] = [];
  #openBracket: number | undefined;
  #problem: PatternProblem | undefined;

  constructor({ text, origins }: TracedText) {
    this.#text = text;
    this.#origins = origins;
  }

  convert(): Expression {
    for (let at = 0; at < this.#text.length && this.#problem === undefined;) at = this.#convertOne(at);
    if (this.#problem !== undefined) return this.#problem;
    if (this.#openBracket !== undefined) return this.#refuse('a bracket [ is never closed', this.#openBracket);
    const brace = this.#braces.at(-1);
    if (brace !== undefined) return this.#refuse('a brace { is never closed', brace.at);
    return { kind: 'expression', expression: this.#made.done() };
  }

  #refuse(message: string, at: number): PatternProblem {
    this.#problem ??= { kind: 'problem', message, at: this.#origins[at] ?? at };
    return this.#problem;
  }

  #add(text: string, at: number): void {
    this.#made.add(text, this.#origins[at] ?? at);
  }

  /** Takes what stands at an offset, and gives the one behind it. */
  #convertOne(at: number): number {
    if (this.#text.charAt(at) === '\\') return this.#convertEscaped(at);
    switch (this.#text.charAt(at)) {
      case '*':
        return this.#convertStars(at);
      case '?':
        this.#add(IN_COMPONENT, at);
        break;
      case '[':
        this.#openBracket ??= at;
        this.#add('[', at);
        break;
      case ']':
        if (this.#openBracket === undefined) this.#refuse('a bracket ] closes none', at);
        this.#openBracket = undefined;
        this.#add(']', at);
        break;
      case '{':
      case '}':
      case ',':
        this.#convertAlternation(at);
        break;
      default:
        this.#convertPlain(at);
    }
    return at + 1;
  }

  /** Both escaped and not: what a regular expression would take for something else. */
  #convertPlain(at: number): void {
    const character = this.#text.charAt(at);
    const isMarked = '.+|()'.includes(character) || ('^$'.includes(character) && this.#openBracket === undefined);
    this.#add(isMarked ? `\\${character}` : character, at);
  }

  #convertEscaped(at: number): number {
    const character = this.#text.charAt(at + 1);
    if (character === '') {
      this.#refuse('a backslash stands at the end', at);
      return at + 1;
    }
    if ('\\*[]{}'.includes(character)) this.#add(`\\${character}`, at);
    // Within brackets the backslash is one of the characters.
    else if (character === ',') this.#add(this.#openBracket === undefined ? ',' : '\\,', at);
    else if ('?^$.+|()'.includes(character)) this.#convertMarked(at + 1);
    else {
      const escape = readEscape(this.#text, at + 1);
      if (escape !== undefined) {
        this.#add(this.#text.slice(at, escape.end), at);
        return escape.end;
      }
      // A backslash that means nothing is dropped, also where that makes `[a\-c]` a range.
      this.#add(character, at);
    }
    return at + 2;
  }

  #convertMarked(at: number): void {
    if (this.#text.charAt(at) === '?') this.#add('?', at);
    // Within brackets `\^` loses its backslash, and negates where it stands first.
    else this.#convertPlain(at);
  }

  /** `*` within one component, `**` across them; directly after a slash and before the next or the end, at least one character. */
  #convertStars(at: number): number {
    if (this.#made.last === '/') {
      let behind = at;
      while (this.#text.charAt(behind) === '*') behind += 1;
      if (behind === this.#text.length || this.#text.charAt(behind) === '/') this.#add(IN_COMPONENT, at);
    }
    const isDouble = this.#text.charAt(at + 1) === '*';
    this.#add(`${isDouble ? ANYTHING : IN_COMPONENT}*`, at);
    return at + (isDouble ? 2 : 1);
  }

  #convertAlternation(at: number): void {
    const character = this.#text.charAt(at);
    const brace = this.#braces.at(-1);
    if (this.#openBracket !== undefined || (character === ',' && brace === undefined)) this.#add(character, at);
    else if (character === '{') {
      if (this.#braces.length === MAX_ALTERNATION_DEPTH) this.#refuse('braces are nested deeper than 49', at);
      this.#braces.push({ at, commas: 0 });
      this.#add('(', at);
    } else if (character === ',' && brace !== undefined) {
      brace.commas += 1;
      this.#add('|', at);
    } else if (brace === undefined) this.#refuse('a brace } closes none', at);
    else {
      if (brace.commas === 0) this.#refuse('braces need two alternatives: {a,b}', brace.at);
      this.#braces.pop();
      this.#add(')', at);
    }
  }
}
