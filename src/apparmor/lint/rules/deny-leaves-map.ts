import { allowing, findPath, namedPath, reportOn } from '../context.ts';
import { allowanceOf } from '../denials.ts';
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
  check: (context) => {
    const mapping = allowing(context, 'm');
    if (mapping.length === 0) return [];
    const mapped = context.patterns.union(mapping.map(({ pattern }) => pattern));
    const rules = mapping.map(({ rule }) => rule);
    const allowances = [allowanceOf('m', rules)];
    return context.denied.flatMap(({ rule, permissions, pattern }) => {
      if (!permissions.has('x') || permissions.has('m')) return [];
      const found = namedPath(
        findPath(context, rule, {
          inAll: [pattern, mapped],
          inNone: [FOLDERS],
          allowances,
        }),
      );
      return found === undefined ? [] : [reportOn(rule, `leaves mapping as code allowed: ${found}`)];
    });
  },
};
