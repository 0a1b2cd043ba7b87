/** Policies are hostile: how much lint does and says of one, stated in one place. */

/** Steps that one rule of lint compares patterns with, per policy; the largest profile of Debian of a program takes a fifth of that. */
export const COMPARISON_STEPS_LIMIT = 20_000_000;
/** Of a rule or a sentence that a finding shows; either may quote patterns as long as the policy. */
export const SHOWN_LIMIT_CHARACTERS = 1000;
/** Findings of one kind in one profile; the others are told by their number. */
export const FINDINGS_LIMIT = 1000;
