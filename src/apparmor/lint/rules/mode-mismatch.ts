import type { Profile } from '../../language/syntax.ts';
import { reportOnProfile } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const modeMismatch: LintRule = {
  id: 'mode-mismatch',
  title: 'Parent and child are in different modes',
  severity: 'high',
  why: 'A program that may run its complaining child is not confined: the child is allowed everything.',
  safer: 'Give both the same flags: `flags=(complain)` in each, or in neither.',
  references: [manual('Profile Flags')],
  check: ({ profile, parent }) => {
    if (parent === undefined || isLoose(profile) === isLoose(parent)) return [];
    return isLoose(profile)
      ? [reportOnProfile(profile, `enforces nothing, while ${parent.name} enforces`)]
      : [reportOnProfile(profile, `enforces, while ${parent.name} enforces nothing`, { severity: 'low' })];
  },
};

function isLoose({ flags }: Profile): boolean {
  return ['complain', 'unconfined', 'default_allow'].some((flag) => flags.includes(flag));
}
