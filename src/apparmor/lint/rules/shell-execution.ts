import { allowing, reachedPath, reportOn } from '../context.ts';
import { knownInterpreters, placesNear } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { attack } from '../references.ts';

export const shellExecution: LintRule = {
  id: 'shell-execution',
  title: 'A shell may be run',
  severity: 'medium',
  why: 'A shell is what an attacker runs first: it turns one flaw into any command that the profile allows.',
  safer:
    'Deny it and see whether anything is missing, or give it a child of its own with no more than its script needs (`Cx -> name`).',
  references: [attack('T1059.004', 'Command and Scripting Interpreter: Unix Shell')],
  check: (context) =>
    allowing(context, 'x').flatMap((one) => {
      for (const place of placesNear(knownInterpreters('shells'), one.pattern)) {
        const found = reachedPath(context, one, { place: place.pattern, permission: 'x' });
        if (found !== undefined) return [reportOn(one.rule, `allows to run ${place.what}: ${found}`)];
      }
      return [];
    }),
};
