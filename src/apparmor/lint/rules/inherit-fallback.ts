import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { isLiteral } from '../../pattern/pattern.ts';
import { manual } from '../references.ts';

export const inheritFallback: LintRule = {
  id: 'inherit-fallback',
  title: 'Many programs are run by whatever profile there is',
  severity: 'medium',
  why: 'With `pix` and `cix` on a glob, which profile counts is decided by what happens to be loaded: a wide profile of another package takes the program out of these rules.',
  safer:
    'Name each program with the way it needs: `Px` where it has a profile that must be there, `ix` where it must stay in this one.',
  references: [manual('Inherit Fallback')],
  check: (context) =>
    allowRules(context, 'file').flatMap((rule) => {
      if (rule.exec?.fallback !== 'inherit') return [];
      const parsed = rule.path === undefined ? undefined : context.patterns.parseAll(rule.path);
      if (parsed?.kind === 'pattern' && isLiteral(parsed.pattern)) return [];
      return [reportOn(rule, 'runs all that it matches by its own profile or, without one, by this')];
    }),
};
