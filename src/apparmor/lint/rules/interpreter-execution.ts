import { allowing, reachedPath, reportOn } from '../context.ts';
import { knownInterpreters, placesNear } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { attack } from '../references.ts';

export const interpreterExecution: LintRule = {
  id: 'interpreter-execution',
  title: 'An interpreter may be run',
  severity: 'low',
  why: 'Code for an interpreter is data: W^X and the list of allowed programs do not hold for what it runs.',
  safer:
    'Deny it and see whether anything is missing, or give it a child of its own with no more than its script needs (`Cx -> name`).',
  references: [attack('T1059', 'Command and Scripting Interpreter')],
  check: (context) =>
    allowing(context, 'x').flatMap((one) => {
      for (const place of placesNear(knownInterpreters('others'), one.pattern)) {
        const found = reachedPath(context, one, { place: place.pattern, permission: 'x' });
        if (found !== undefined) return [reportOn(one.rule, `allows to run ${place.what}: ${found}`)];
      }
      return [];
    }),
};
