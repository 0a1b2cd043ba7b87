import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { attack, manual } from '../references.ts';

export const environmentKept: LintRule = {
  id: 'environment-kept',
  title: 'The environment goes along into another profile',
  severity: 'medium',
  why: 'By `px`, `cx` and `ux` in small letters the confined program keeps its LD_PRELOAD and LD_LIBRARY_PATH, and so runs its own code under the other rules.',
  safer: 'Write the mode with a capital letter (`Px`, `Cx`, `Ux`), and leave out `unsafe` in change_profile.',
  references: [manual('Access Modes'), attack('T1574.006', 'Hijack Execution Flow: Dynamic Linker Hijacking')],
  check: (context) => [
    ...allowRules(context, 'file')
      .filter(({ exec }) => exec?.isUnsafe === true && exec.to !== 'inherit')
      .map((rule) =>
        reportOn(
          rule,
          'runs a program under other rules with the environment of this one',
          rule.exec?.to === 'unconfined' ? { severity: 'high' } : {},
        ),
      ),
    ...allowRules(context, 'change-profile')
      .filter(({ isUnsafe }) => isUnsafe)
      .map((rule) => reportOn(rule, 'changes the profile with the environment of this one')),
  ],
};
