import type { Effort } from '../pattern/compare.ts';
import { EXPANDED_LIMIT_CHARACTERS, FORMS_LIMIT_CHARACTERS, OVERLAP_STEPS_LIMIT } from './limits.ts';

/** What all profiles of a policy may still take together. */
export interface PolicyBudget {
  /** Characters of patterns as the parser has them, with `{a,b}` for variables of several values, and of what aliases add. */
  readonly expansion: Effort;
  /** Characters of patterns with one text for each combination of values. */
  readonly forms: Effort;
  /** Steps to find out whether rules with different exec modes overlap. */
  readonly overlaps: Effort;
}

export function policyBudget(): PolicyBudget {
  return {
    expansion: { left: EXPANDED_LIMIT_CHARACTERS },
    forms: { left: FORMS_LIMIT_CHARACTERS },
    overlaps: { left: OVERLAP_STEPS_LIMIT },
  };
}
