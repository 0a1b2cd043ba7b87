import { reportOn } from '../context.ts';
import { missingFeature } from '../features.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const notEnforced: LintRule = {
  id: 'not-enforced',
  title: 'The kernel does not enforce this rule',
  severity: 'medium',
  why: 'Rules that a kernel has no feature for are dropped without a word as the profile is compiled: what they should forbid is allowed.',
  safer:
    'Do not rely on it on this machine; close the way by other means (firewall, systemd sandboxing) or use a newer kernel.',
  references: [manual('Feature ABI')],
  check: ({ profile, options: { features } }) => {
    if (features === undefined) return [];
    const seen = new Set<string>();
    return profile.rules.flatMap((rule) => {
      const missing = missingFeature(rule, features);
      if (missing === undefined || seen.has(rule.kind)) return [];
      seen.add(rule.kind);
      return [reportOn(rule, `and all rules of its kind are not enforced: the kernel has no ${missing}`)];
    });
  },
};
