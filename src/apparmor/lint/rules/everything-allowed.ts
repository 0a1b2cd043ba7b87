import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const everythingAllowed: LintRule = {
  id: 'everything-allowed',
  title: 'Everything of a kind is allowed',
  severity: 'critical',
  why: '`file,` allows to read, write and run every file, and `all,` every rule of every kind: such a profile confines nothing.',
  safer: 'Let the program run in complain mode and learn what it needs: `freehold confine learn`.',
  references: [manual('File rules')],
  check: (context) => [
    ...allowRules(context, 'file')
      .filter(({ path }) => path === undefined)
      .map((rule) => reportOn(rule, 'allows everything with every file')),
    ...allowRules(context, 'all').map((rule) => reportOn(rule, 'allows everything')),
  ],
};
