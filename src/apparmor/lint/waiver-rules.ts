import type { LintRule } from './lint-rule.ts';

/** What is wrong with comments that accept a finding. */
export const WAIVER_WITHOUT_REASON: Omit<LintRule, 'check'> = {
  id: 'waiver-without-reason',
  title: 'A weakness is accepted without a reason',
  severity: 'low',
  why: 'Whoever reads the profile later cannot judge whether the reason still holds; without one, the finding stays.',
  safer: 'Say why: `# freehold: allow lint/ID – reason`.',
  references: [],
};
