import { parsePatternText } from '../../pattern/pattern.ts';
import { includes } from '../../pattern/compare.ts';
import { allowRules, reportOn } from '../context.ts';
import { patternOf } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

const UNCONFINED = patternOf(['unconfined']);
const ANY_NAME = patternOf(['?*']);

export const changeProfileAnywhere: LintRule = {
  id: 'change-profile-anywhere',
  title: 'The program may choose its own profile',
  severity: 'critical',
  why: 'What may change into any profile, or into `unconfined`, leaves its confinement whenever it likes.',
  safer: 'Name the profile: `change_profile -> name,`.',
  references: [manual('Change Profile rules')],
  check: (context) =>
    allowRules(context, 'change-profile').flatMap((rule) => {
      if (rule.target === undefined) return [reportOn(rule, 'allows to change into any profile')];
      const parsed = parsePatternText(rule.target);
      if (parsed.kind === 'problem') return [];
      if (includes(parsed.pattern, ANY_NAME, 'texts').kind !== 'not-included')
        return [reportOn(rule, 'allows to change into any profile')];
      return includes(parsed.pattern, UNCONFINED, 'texts').kind !== 'not-included'
        ? [reportOn(rule, 'allows to become unconfined')]
        : [];
    }),
};
