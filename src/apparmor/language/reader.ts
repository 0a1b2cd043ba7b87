import { shown } from '../../core/byte-text.ts';
import type { Lexer } from './lexer/lexer.ts';
import type { Token, TokenKind } from './lexer/token.ts';
import { BLOCK_DEPTH_LIMIT } from './limits.ts';
import type { Problem, Problems } from './problems.ts';
import type { Dialect } from './syntax.ts';

const SHOWN_CHARACTERS = 60;

/** Words one after the other, with one looked at ahead; and what is wrong with them. */
export class Reader {
  readonly lexer: Lexer;
  readonly dialect: Dialect;
  readonly problems: Problems;
  /** The word that was taken last. */
  last: Token | undefined;
  /** How many words were taken. */
  taken = 0;
  #ahead: Token | undefined;
  #depth = 0;

  constructor(lexer: Lexer, parts: { readonly dialect: Dialect; readonly problems: Problems }) {
    this.lexer = lexer;
    this.dialect = parts.dialect;
    this.problems = parts.problems;
  }

  peek(): Token {
    this.#ahead ??= this.lexer.next();
    return this.#ahead;
  }

  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    this.last = token;
    this.taken += 1;
    return token;
  }

  accept(...kinds: readonly TokenKind[]): Token | undefined {
    return kinds.includes(this.peek().kind) ? this.next() : undefined;
  }

  isKeyword(...words: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === 'keyword' && words.includes(token.value);
  }

  acceptKeyword(...words: readonly string[]): Token | undefined {
    return this.isKeyword(...words) ? this.next() : undefined;
  }

  /** The word when it is of that kind; else it is told what was expected. */
  expect(kind: TokenKind, what: string): Token | undefined {
    return this.accept(kind) ?? this.unexpected(what);
  }

  unexpected(what: string): undefined {
    const token = this.peek();
    if (token.kind === 'error') return undefined;
    const found =
      token.kind === 'end' ? 'the policy ends' : `“${shown(token.text.slice(0, SHOWN_CHARACTERS).trim())}” stands`;
    this.fail(token, { code: 'syntax', message: `${found} where ${what} is expected` });
    return undefined;
  }

  fail(token: Token, problem: Problem): undefined {
    this.problems.error(
      problem,
      token.source.position(Math.min(token.start, Math.max(0, token.source.text.length - 1))),
    );
    return undefined;
  }

  /** Reads what stands within something else; too deep it is told, and not read. */
  nest<Result>(read: () => Result | undefined): Result | undefined {
    if (this.#depth >= BLOCK_DEPTH_LIMIT)
      return this.fail(this.peek(), {
        code: 'too-deep',
        message: `more than ${BLOCK_DEPTH_LIMIT} blocks or parentheses are open`,
      });
    this.#depth += 1;
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** Leaves the rest of a line that could not be read; nothing, where the rule that began at `start` was read to its end. */
  recover(start: number): void {
    const hasBegun = this.taken > start;
    if (hasBegun && this.last?.kind === ',') return;
    const token = this.peek();
    if (hasBegun && token.kind === '}') return;
    this.#ahead = undefined;
    if (token.kind !== 'end') this.lexer.skipLine(token);
  }
}
