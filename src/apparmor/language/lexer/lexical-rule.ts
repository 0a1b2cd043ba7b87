import type { TokenKind } from './token.ts';

/** How a word is read depends on the rule that it stands in, and the lexer knows it from the words before. */
export type Mode =
  | 'initial'
  | 'word'
  | 'word-after-blanks'
  | 'single-value'
  | 'identity'
  | 'condition'
  | 'condition-list'
  | 'values'
  | 'list-condition'
  | 'list-value'
  | 'list-values'
  | 'assignment'
  | 'rlimit'
  | 'mount'
  | 'dbus'
  | 'signal'
  | 'ptrace'
  | 'unix'
  | 'network'
  | 'change-profile'
  | 'include'
  | 'include-optional'
  | 'abi'
  | 'userns'
  | 'mqueue'
  | 'integer'
  | 'expression'
  | 'assigned-expression'
  | 'assignment-operator';

export type Move =
  | { readonly kind: 'push'; readonly mode: Mode }
  /** The mode is replaced: what ends it returns to where this one came from. */
  | { readonly kind: 'become'; readonly mode: Mode }
  | { readonly kind: 'pop' };

export interface LexicalRule {
  /** Sticky; the rule with the longest match wins, of several the first. */
  readonly pattern: RegExp;
  /** What must follow without being part of the word; counts for the length. */
  readonly context?: RegExp;
  readonly does:
    | { readonly kind: 'emit'; readonly token: TokenKind }
    | { readonly kind: 'skip' }
    | { readonly kind: 'comment' }
    | { readonly kind: 'name' }
    | { readonly kind: 'include' }
    | { readonly kind: 'abi' }
    | { readonly kind: 'refuse'; readonly message: string };
  readonly move?: Move;
  /** Whether the value is the word as written. */
  readonly isRaw?: boolean;
}

export type LexicalRules = Readonly<Record<Mode, readonly LexicalRule[]>>;
