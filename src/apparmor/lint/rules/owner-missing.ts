import { allowing, reachedPath, reportOn } from '../context.ts';
import { ownerOf } from '../../granted.ts';
import { knownPlaces, placesNear } from '../known-places.ts';
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
    allowing(context, 'w', 'a').flatMap((one) => {
      if (ownerOf(one.rule) !== 'any') return [];
      for (const place of placesNear(knownPlaces('user_writable'), one.pattern)) {
        const found = reachedPath(context, one, { place: place.pattern, permission: 'w' });
        if (found !== undefined)
          return [reportOn(one.rule, `allows to write in ${place.what}, whoever owns the file: ${found}`)];
      }
      return [];
    }),
};
