/** Policies are hostile: how much lint does and says of one, stated in one place. */

/** Steps that one rule of lint compares patterns with, per policy; the largest profile of Debian of a program takes a fifth of that. */
export const COMPARISON_STEPS_LIMIT = 20_000_000;
/** Findings of one kind in one profile; the others are told by their number. */
export const FINDINGS_LIMIT = 1000;
