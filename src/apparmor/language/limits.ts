/** Texts of policies are hostile: how much of them is read, stated in one place. */

/** The largest policy file known (snapd's) is under 200 KB. */
export const FILE_LIMIT_CHARACTERS = 1024 * 1024;
/** MAX_NEST_LEVEL of parser_include.c. */
export const INCLUDE_DEPTH_LIMIT = 100;
/** Files read for one policy, with all that they include. */
export const INCLUDED_FILES_LIMIT = 10_000;
/** Words of one policy with all that it includes: three times as many as a file of the largest size can have. */
export const TOKENS_LIMIT = 1_500_000;
/** Characters of one policy with all that it includes, comments as well. */
export const INCLUDED_LIMIT_CHARACTERS = 64 * 1024 * 1024;
/** Profiles, hats and blocks within each other. */
export const BLOCK_DEPTH_LIMIT = 500;
/** More combinations of variables' values than these are kept as one pattern with `{a,b}`, which means the same. */
export const COMBINATIONS_LIMIT = 1024;
/** Characters of one pattern after its variables are expanded. */
export const PATTERN_LIMIT_CHARACTERS = 1024 * 1024;
/** Values of one variable after the variables in them are expanded. */
export const VALUES_LIMIT = 65_536;
/** Steps that are taken to find out whether rules with different exec modes overlap, per policy. */
export const OVERLAP_STEPS_LIMIT = 20_000_000;
/** What follows is most often an echo of what went before. */
export const DIAGNOSTICS_LIMIT = 100;
/** AA_EXEC_COUNT of immunix.h without the four that have a meaning of their own. */
export const NAMED_TRANSITIONS_LIMIT = 12;
/** Variables that are defined by variables, one by the other. */
export const VARIABLE_DEPTH_LIMIT = 100;
/** Characters of all patterns of a policy, their variables expanded; Debian's largest profile has a tenth of that. */
export const EXPANDED_LIMIT_CHARACTERS = 6 * 1024 * 1024;
/** What each pattern counts besides its characters. */
export const PATTERN_OVERHEAD_CHARACTERS = 16;
/** Characters of all patterns of a policy with one text for each combination of values; behind that each is one text with `{a,b}`. */
export const FORMS_LIMIT_CHARACTERS = 6 * 1024 * 1024;
/** Work on the values of variables by variables, per policy: values that are made, and their characters. */
export const VALUES_WORK_LIMIT = 16 * 1024 * 1024;
/** Of one message; what it quotes may be as long as the policy. */
export const MESSAGE_LIMIT_CHARACTERS = 1000;
