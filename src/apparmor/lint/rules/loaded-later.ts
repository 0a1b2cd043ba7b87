import { allowing, reachedPath, reportOn } from '../context.ts';
import { knownPlaces, placesNear } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { attack } from '../references.ts';

export const loadedLater: LintRule = {
  id: 'loaded-later',
  title: 'What is written is run later, outside of these rules',
  severity: 'high',
  why: 'Files there are run or loaded by something else, at the next login, boot or minute, without the confinement of this profile.',
  safer:
    'Leave these places out of the rule, or deny them before: `deny @{HOME}/.bashrc w,`, `deny @{HOME}/.config/autostart/** w,`.',
  references: [attack('T1546', 'Event Triggered Execution'), attack('T1547', 'Boot or Logon Autostart Execution')],
  check: (context) =>
    allowing(context, 'w', 'a', 'l').flatMap((one) => {
      const found = placesNear(knownPlaces('loaded_later'), one.pattern).flatMap((place) => {
        const path = reachedPath(context, one, { place: place.pattern, permission: 'w' });
        return path === undefined ? [] : [`${place.what} (${path})`];
      });
      return found.length === 0 ? [] : [reportOn(one.rule, `allows to write ${found.join(', ')}`)];
    }),
};
