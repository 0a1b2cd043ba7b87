import { namedPath, reportOnProfile } from '../context.ts';
import { knownPlaces, placesNear } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const attachment: LintRule = {
  id: 'attachment',
  title: 'Which programs the profile is for is open to users',
  severity: 'medium',
  why: 'A profile that attaches to paths which users may write to is taken by any program that they put there: with `userns`, capabilities or `flags=(unconfined)` in it, that is a way around the rules of others.',
  safer: 'Attach it to the installed path of the program alone: `profile name /usr/bin/name`.',
  references: [manual('Profiles and attachment')],
  check: ({ profile, patterns, effort, notCompared }) => {
    if (profile.attachment === undefined) return [];
    const parsed = patterns.parseAll(profile.attachment);
    if (parsed.kind === 'problem') return [];
    for (const place of placesNear(knownPlaces('user_writable'), parsed.pattern)) {
      const answer = patterns.find({ inAll: [parsed.pattern, place.pattern], effort });
      if (answer.kind === 'unknown' && answer.isSpent === true) {
        notCompared.add(profile);
        return [];
      }
      const found = namedPath(answer);
      if (found !== undefined) return [reportOnProfile(profile, `attaches to programs in ${place.what}: ${found}`)];
    }
    return [];
  },
};
