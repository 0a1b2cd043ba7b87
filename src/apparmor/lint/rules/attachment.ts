import { namedPath, reportOnProfile } from '../context.ts';
import { knownPlaces } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const attachment: LintRule = {
  id: 'attachment',
  title: 'Which programs the profile is for is open to users',
  severity: 'medium',
  why: 'A profile that attaches to paths which users may write to is taken by any program that they put there: with `userns`, capabilities or `flags=(unconfined)` in it, that is a way around the rules of others.',
  safer: 'Attach it to the installed path of the program alone: `profile name /usr/bin/name`.',
  references: [manual('Profiles and attachment')],
  check: ({ profile, patterns }) => {
    if (profile.attachment === undefined) return [];
    const parsed = patterns.parseAll(profile.attachment);
    if (parsed.kind === 'problem') return [];
    for (const place of knownPlaces('user_writable')) {
      const found = namedPath(patterns.find({ inAll: [parsed.pattern, place.pattern] }));
      if (found !== undefined) return [reportOnProfile(profile, `attaches to programs in ${place.what}: ${found}`)];
    }
    return [];
  },
};
