import type { DraftBase } from './draft-base.ts';
import type { Token } from './lexer/token.ts';
import type { ProfileScope } from './scope.ts';
import type { Rule } from './syntax.ts';

/** What stands before a rule, or before a block of them. */
export interface Prefix {
  readonly priority: number;
  readonly isAudited: boolean;
  readonly effect?: 'allow' | 'deny' | 'prompt';
  readonly owner?: 'owner' | 'other';
}

/** The part of a rule behind its prefix, as far as it can be known before its profile is at its end. */
export interface DraftBody {
  /** What the rule is called in messages. */
  readonly name: string;
  /** File rules: the only ones that may have an owner, and that a block with a prefix passes on. */
  readonly isEntry: boolean;
  /** Letters of a file mode that asks for execution, where the rule has one. */
  readonly exec?: { readonly hasType: boolean; readonly isNamed: boolean };
  make(
    scope: ProfileScope,
    draft: { readonly base: DraftBase; readonly prefix: Prefix; readonly token: Token },
  ): readonly Rule[];
}

export interface Draft {
  readonly body: DraftBody;
  readonly prefix: Prefix;
  readonly first: Token;
  readonly last: Token;
}
