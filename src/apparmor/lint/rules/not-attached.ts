import { reportOnProfile } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const notAttached: LintRule = {
  id: 'not-attached',
  title: 'No program runs under the profile by itself',
  severity: 'info',
  why: 'A profile without an attachment is entered only by who names it: another profile, `AppArmorProfile=` of systemd, aa-exec or a container engine. Where none does, it confines nothing.',
  safer: 'Attach it (`profile name /usr/bin/name`), or name it in the unit (`AppArmorProfile=name`).',
  references: [manual('Profiles and attachment'), { source: 'systemd.exec(5)', item: 'AppArmorProfile=' }],
  check: ({ profile, parent, isEntered }) => {
    const isOpen = parent === undefined && profile.kind === 'profile' && profile.attachment === undefined;
    if (!isOpen || profile.name.startsWith('/') || isEntered(profile.name)) return [];
    return [reportOnProfile(profile, 'has no attachment, and no other profile at hand enters it')];
  },
};
