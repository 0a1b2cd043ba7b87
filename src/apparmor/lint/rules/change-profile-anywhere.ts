import { includes } from '../../pattern/compare.ts';
import { allowRules, reportOn } from '../context.ts';
import { patternOf } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

const GOALS = [
  { names: patternOf(['?*']), what: 'allows to change into any profile' },
  { names: patternOf(['unconfined']), what: 'allows to become unconfined' },
] as const;

export const changeProfileAnywhere: LintRule = {
  id: 'change-profile-anywhere',
  title: 'The program may choose its own profile',
  severity: 'critical',
  why: 'What may change into any profile, or into `unconfined`, leaves its confinement whenever it likes.',
  safer: 'Name the profile: `change_profile -> name,`.',
  references: [manual('Change Profile rules')],
  check: (context) => {
    const { effort, patterns, notCompared } = context;
    return allowRules(context, 'change-profile').flatMap((rule) => {
      if (rule.target === undefined) return [reportOn(rule, 'allows to change into any profile')];
      const parsed = patterns.parseAll(rule.target);
      if (parsed.kind === 'problem') return [];
      for (const { names, what } of GOALS) {
        const inclusion = includes(parsed.pattern, names, { universe: 'texts', effort });
        if (inclusion.kind === 'not-included') continue;
        if (inclusion.kind === 'included' || inclusion.isSpent !== true) return [reportOn(rule, what)];
        notCompared.add(rule);
        return [];
      }
      return [];
    });
  },
};
