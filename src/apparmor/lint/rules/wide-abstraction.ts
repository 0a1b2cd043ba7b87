import { reportOnProfile } from '../context.ts';
import { wideAbstractions } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';

export const wideAbstraction: LintRule = {
  id: 'wide-abstraction',
  title: 'An abstraction allows more than its name says',
  severity: 'low',
  why: 'What is included is allowed, and nobody reads it again.',
  safer: 'Write the few rules of it that the program needs into the profile itself.',
  references: [
    {
      source: 'AppArmor',
      item: 'profiles/apparmor.d/abstractions',
      version: '3.0.8',
      url: 'https://gitlab.com/apparmor/apparmor',
    },
  ],
  check: ({ profile }) =>
    profile.includes.flatMap(({ written, place }) => {
      const name = written.replaceAll(/^[<"]|[>"]$/g, '');
      const why = wideAbstractions().get(name);
      // One that another include brings is that one's to mend.
      if (why === undefined || place.includedFrom.length > 0) return [];
      return [reportOnProfile(profile, `includes ${why}`, { place, subject: `include ${written}` })];
    }),
};
