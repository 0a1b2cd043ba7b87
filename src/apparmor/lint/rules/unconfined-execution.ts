import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { isLiteral } from '../../pattern/pattern.ts';
import { manual } from '../references.ts';

export const unconfinedExecution: LintRule = {
  id: 'unconfined-execution',
  title: 'A program is run unconfined',
  severity: 'high',
  why: 'What runs by `ux`, or by the fallback of `pux` and `cux` when there is no such profile, is free of all rules, and does what the confined program tells it.',
  safer:
    'Give the program a profile (`Px`) or a child of its own (`Cx -> name`), or let it inherit the rules of this one (`ix`).',
  references: [manual('Unconfined execute mode'), manual('Discrete Profile execute mode')],
  check: (context) =>
    allowRules(context, 'file').flatMap((rule) => {
      const { exec, path } = rule;
      if (exec === undefined || (exec.to !== 'unconfined' && exec.fallback !== 'unconfined')) return [];
      const parsed = path === undefined ? undefined : context.patterns.parseAll(path);
      const isOne = parsed?.kind === 'pattern' && isLiteral(parsed.pattern);
      const what =
        exec.to === 'unconfined'
          ? 'runs what it matches without any confinement'
          : 'runs what it matches without any confinement where no profile for it is loaded';
      return [reportOn(rule, what, isOne ? {} : { severity: 'critical' })];
    }),
};
