import { allowing, deniedPatterns, namedPath, reportOn } from '../context.ts';
import { patternOf } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

const FOLDERS = patternOf(['/{,**/}']);

export const denyLeavesMap: LintRule = {
  id: 'deny-leaves-map',
  title: 'Execution is denied, mapping as code is not',
  severity: 'medium',
  why: 'A library that may be mapped runs as well as a program: `deny x` takes `x` alone, and another rule still allows `m`.',
  safer: 'Deny both: `deny PATH mx,`.',
  references: [manual('Access Modes')],
  check: (context) =>
    context.denied.flatMap(({ rule, permissions, pattern }) => {
      const mapping = allowing(context, 'm');
      const [first] = mapping;
      if (!permissions.has('x') || permissions.has('m') || first === undefined) return [];
      const found = namedPath(
        context.patterns.find({
          inAll: [pattern, context.patterns.union(mapping.map((one) => one.pattern))],
          inNone: [FOLDERS, ...deniedPatterns(context, 'm', first.rule)],
        }),
      );
      return found === undefined ? [] : [reportOn(rule, `leaves mapping as code allowed: ${found}`)];
    }),
};
