import type { Draft } from './draft.ts';
import type { Header } from './header.ts';
import type { IncludeFound } from './lexer/lexer.ts';
import type { Token } from './lexer/token.ts';

/** What stands within the braces of a profile, or of a block that will be a part of one. */
export interface Body {
  readonly drafts: Draft[];
  readonly children: ProfileDraft[];
  /** Of the children, to find doubles. */
  readonly names: Set<string>;
}

/** A profile as read, before its rules are completed. */
export interface ProfileDraft {
  readonly header: Header;
  readonly body: Body;
  readonly includes: readonly IncludeFound[];
  readonly last: Token;
}

export function emptyBody(): Body {
  return { drafts: [], children: [], names: new Set() };
}
