import { allowing, deniedPatterns, namedPath, reportOn } from '../context.ts';
import { ownerOf } from '../../granted.ts';
import { knownPlaces } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const ownerMissing: LintRule = {
  id: 'owner-missing',
  title: 'Files of others may be written',
  severity: 'low',
  why: 'In home folders and those for temporary files lie files of several users; without `owner` a program that runs as root, or where groups share files, may write those of all.',
  safer: 'Put `owner` before the rule.',
  references: [manual('Owner qualifier')],
  check: (context) =>
    allowing(context, 'w', 'a').flatMap(({ rule, pattern }) => {
      if (ownerOf(rule) !== 'any') return [];
      const inNone = deniedPatterns(context, 'w', rule);
      for (const place of knownPlaces('user_writable')) {
        const found = namedPath(context.patterns.find({ inAll: [pattern, place.pattern], inNone }));
        if (found !== undefined)
          return [reportOn(rule, `allows to write in ${place.what}, whoever owns the file: ${found}`)];
      }
      return [];
    }),
};
