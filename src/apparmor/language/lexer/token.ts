import type { ByteText } from '../../../core/byte-text.ts';
import type { Source } from '../source.ts';

export type TokenKind =
  | '{'
  | '}'
  | '('
  | ')'
  | ','
  | '='
  | '+='
  | '?='
  | ':='
  | '->'
  | '<='
  | '<'
  | '>'
  | '>='
  | '=='
  | '!='
  | 'in-operator'
  | 'and'
  | 'or'
  | 'not'
  | 'defined'
  | '^'
  | '+'
  | ':'
  | 'hat'
  | 'profile'
  | 'id'
  | 'value'
  | 'mode'
  | 'set-variable'
  | 'boolean-variable'
  | 'condition'
  | 'condition-list'
  | 'in'
  | 'flags'
  | 'identities'
  | 'priority'
  | 'keyword'
  /** What can't be read; told already. */
  | 'error'
  | 'end';

/** One word of the language. */
export interface Token {
  readonly kind: TokenKind;
  /** As it is written. */
  readonly text: ByteText;
  /** Without quotes, escapes resolved; of a keyword its canonical spelling. */
  readonly value: ByteText;
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}
