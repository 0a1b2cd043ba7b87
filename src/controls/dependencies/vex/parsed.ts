import type { ScopedStatement } from '../../../core/advisory.ts';

/** A statement as its document has it; which source that is of, the reader doesn't know. */
export type WrittenStatement = Omit<ScopedStatement, 'source'>;

export type ParsedStatement =
  | { readonly kind: 'statement'; readonly at: string; readonly statement: WrittenStatement }
  /** `at` says which one in its document, `problem` in one sentence what breaks the format. */
  | { readonly kind: 'invalid'; readonly at: string; readonly problem: string };

export type ParsedVex =
  | { readonly kind: 'document'; readonly statements: readonly ParsedStatement[] }
  | { readonly kind: 'invalid'; readonly problem: string };
