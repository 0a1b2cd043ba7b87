import { ownerOf } from '../../granted.ts';
import { allowing, deniedPatterns, namedPath, reportOn } from '../context.ts';
import { patternOf } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { attack } from '../references.ts';

export const sensitiveReadable: LintRule = {
  id: 'sensitive-readable',
  title: 'Secrets and private data may be read',
  severity: 'high',
  why: 'Keys, passwords and mail are what is stolen first; a program that has no business with them must not reach them.',
  safer:
    'Narrow the rule to the folders that the program needs, and add `include <abstractions/private-files-strict>`.',
  references: [attack('T1552.001', 'Unsecured Credentials: Credentials In Files')],
  check: (context) => {
    const places = context.options.sensitivePaths
      .filter(({ permissions }) => permissions.includes('r'))
      .map((one) => ({ ...one, pattern: patternOf(one.patterns, context.patterns) }));
    return allowing(context, 'r').flatMap(({ rule, pattern }) => {
      const inNone = deniedPatterns(context, 'r', rule);
      const found = places.flatMap((place) => {
        if (place.isHarmlessToOwner && ownerOf(rule) === 'owner') return [];
        const path = namedPath(context.patterns.find({ inAll: [pattern, place.pattern], inNone }));
        return path === undefined ? [] : [`${place.title} (${path})`];
      });
      return found.length === 0 ? [] : [reportOn(rule, `allows to read ${found.join(', ')}`)];
    });
  },
};
