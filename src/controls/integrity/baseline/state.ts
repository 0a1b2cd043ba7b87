import type { SignatureJudgement } from '../../../signatures/judgement.ts';
import type { Comparison } from './compare.ts';
import type { BaselineHeader } from './header.ts';

export type BaselineState =
  /** A recording has no answers of this kind. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }
  /** Nothing of it counts, and nothing was compared. */
  | { readonly kind: 'unproved'; readonly path: string; readonly judgement: SignatureJudgement }
  /** Signed, but not what Freehold writes. */
  | { readonly kind: 'malformed'; readonly path: string; readonly reason: string }
  /** Signed, but of something else than what the blueprint asks for. */
  | { readonly kind: 'unfit'; readonly path: string; readonly reason: string; readonly header: BaselineHeader }
  | { readonly kind: 'unwalked'; readonly path: string; readonly reason: string }
  | {
      readonly kind: 'compared';
      readonly path: string;
      readonly header: BaselineHeader;
      readonly judgement: SignatureJudgement;
      readonly comparison: Comparison;
      /** Files that were read; the others were taken as untouched. */
      readonly readCount: number;
      /** Folders and attributes that could not be looked at, one sentence each. */
      readonly problems: readonly string[];
    };
