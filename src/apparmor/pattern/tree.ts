import { type ByteSet, byteSet, singleByte } from './byte-set.ts';
import { readEscape } from './escape-sequence.ts';
import type { PatternProblem } from './expression.ts';
import type { TracedText } from './traced-text.ts';

/** What a pattern is made of. Only sets repeat: the stars of patterns stand for bytes. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: ByteSet; readonly form: SetForm }
  | { readonly kind: 'many'; readonly set: ByteSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] };

type SetNode = Extract<PatternNode, { readonly kind: 'set' }>;

/** How a set is written: as itself, `[abc]`, or `[^abc]`; a `?` is one of the latter. */
export type SetForm = 'byte' | 'class' | 'negated';

/** Characters that a backslash takes the meaning of (libapparmor_re/parse.y: regex_lex). */
const MARKED = '*+.|^$-[](){}';

interface Token {
  readonly kind: 'character' | 'operator';
  readonly character: string;
  readonly at: number;
}

/** Reads the regular expressions that patterns become, as libapparmor_re/parse.y does. */
export function parseExpression({ text, origins }: TracedText): PatternNode | PatternProblem {
  return new ExpressionParser(tokenize(text), { origins, length: text.length }).parse();
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at);
    if (character !== '\\') {
      tokens.push({ kind: '*+.|^-[]()'.includes(character) ? 'operator' : 'character', character, at });
      at += 1;
      continue;
    }
    const escape = readEscape(text, at + 1);
    const next = text.charAt(at + 1);
    if (escape !== undefined) {
      tokens.push({ kind: 'character', character: String.fromCharCode(escape.byte), at });
      at = escape.end;
    } else if (next !== '' && MARKED.includes(next)) {
      tokens.push({ kind: 'character', character: next, at });
      at += 2;
    } else {
      tokens.push({ kind: 'character', character: '\\', at });
      at += 1;
    }
  }
  return tokens;
}

interface Source {
  readonly origins: readonly number[];
  readonly length: number;
}

class ExpressionParser {
  readonly #tokens: readonly Token[];
  readonly #source: Source;
  #at = 0;

  constructor(tokens: readonly Token[], source: Source) {
    this.#tokens = tokens;
    this.#source = source;
  }

  parse(): PatternNode | PatternProblem {
    const tree = this.#choice();
    if (tree.kind === 'problem' || this.#at === this.#tokens.length) return tree;
    return this.#refuse('it is no pattern from here on');
  }

  #operator(): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.kind === 'operator' ? token.character : undefined;
  }

  #refuse(message: string): PatternProblem {
    const at = this.#tokens[this.#at]?.at ?? this.#source.length;
    return { kind: 'problem', message, at: this.#source.origins[at] ?? (this.#source.origins.at(-1) ?? -1) + 1 };
  }

  #choice(): PatternNode | PatternProblem {
    const options: PatternNode[] = [];
    for (;;) {
      const option = this.#sequence();
      if (option.kind === 'problem') return option;
      options.push(option);
      if (this.#operator() !== '|') return options.length === 1 ? option : { kind: 'choice', options };
      this.#at += 1;
    }
  }

  #sequence(): PatternNode | PatternProblem {
    const parts: PatternNode[] = [];
    while (this.#at < this.#tokens.length && this.#operator() !== '|' && this.#operator() !== ')') {
      const part = this.#term();
      if (part.kind === 'problem') return part;
      parts.push(part);
    }
    const [only] = parts;
    return only !== undefined && parts.length === 1 ? only : { kind: 'sequence', parts };
  }

  #term(): PatternNode | PatternProblem {
    const operator = this.#operator();
    if (operator === '(') return this.#group();
    const node = operator === '[' ? this.#class() : this.#character();
    if (node.kind === 'problem' || this.#operator() !== '*') return node;
    this.#at += 1;
    return { kind: 'many', set: node.set };
  }

  #group(): PatternNode | PatternProblem {
    this.#at += 1;
    const inner = this.#choice();
    if (inner.kind === 'problem') return inner;
    if (this.#operator() !== ')') return this.#refuse('a brace { is never closed');
    this.#at += 1;
    return inner;
  }

  #character(): SetNode | PatternProblem {
    const token = this.#tokens[this.#at];
    if (token === undefined || (token.kind === 'operator' && !'^-]'.includes(token.character)))
      return this.#refuse('it is no pattern from here on');
    this.#at += 1;
    return { kind: 'set', set: singleByte(token.character.charCodeAt(0)), form: 'byte' };
  }

  /** `[abc]`, `[a-c]`, `[^a-c]`: the negated one holds the slash as well. */
  #class(): SetNode | PatternProblem {
    this.#at += 1;
    const isNegated = this.#operator() === '^';
    if (isNegated) this.#at += 1;
    const bytes = new Set<number>();
    // After `[^` a second `^` is one of the characters, but begins no range.
    const isCaret = isNegated && this.#operator() === '^';
    if (isCaret) {
      bytes.add(0x5e);
      this.#at += 1;
    } else if (!this.#range(bytes, ']-')) return this.#refuse('brackets need a character or a range here');
    while (this.#operator() !== ']') {
      if (!this.#range(bytes, '^'))
        return this.#refuse('brackets need a character or a range here, and a ] at the end');
    }
    this.#at += 1;
    const set = byteSet((byte) => bytes.has(byte) !== isNegated);
    return { kind: 'set', set, form: isNegated ? 'negated' : 'class' };
  }

  /** One character or range; `besides` are those that may begin it besides the ordinary ones. */
  #range(bytes: Set<number>, besides: string): boolean {
    const from = this.#member(besides);
    if (from === undefined) return false;
    if (this.#operator() !== '-') {
      bytes.add(from);
      return true;
    }
    this.#at += 1;
    const to = this.#member('^');
    if (to === undefined) return false;
    for (let byte = Math.min(from, to); byte <= Math.max(from, to); byte += 1) bytes.add(byte);
    return true;
  }

  #member(besides: string): number | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined) return undefined;
    const isMember =
      token.kind === 'character' || '[*+.|()'.includes(token.character) || besides.includes(token.character);
    if (!isMember) return undefined;
    this.#at += 1;
    return token.character.charCodeAt(0);
  }
}
