import type { RulePlace } from './syntax.ts';

/** What a rule of any kind has, as its prefix and its place say. */
export interface DraftBase {
  readonly place: RulePlace;
  readonly text: string;
  readonly comment?: string;
  readonly isAudited: boolean;
  readonly effect: 'allow' | 'deny' | 'prompt';
  readonly priority: number;
}
