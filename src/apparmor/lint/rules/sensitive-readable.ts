import { ownerOf } from '../../granted.ts';
import { allowing, reachedPath, reportOn } from '../context.ts';
import { patternOf, placesNear } from '../known-places.ts';
import type { Pattern } from '../../pattern/pattern.ts';
import type { SensitivePath } from '../../sensitive-paths.ts';
import type { LintRule } from '../lint-rule.ts';
import { attack } from '../references.ts';

type Place = SensitivePath & { readonly pattern: Pattern };

const prepared = new WeakMap<readonly SensitivePath[], readonly Place[]>();

function readablePlaces(paths: readonly SensitivePath[]): readonly Place[] {
  const known =
    prepared.get(paths) ??
    paths
      .filter(({ permissions }) => permissions.includes('r'))
      .map((one) => ({ ...one, pattern: patternOf(one.patterns) }));
  prepared.set(paths, known);
  return known;
}

export const sensitiveReadable: LintRule = {
  id: 'sensitive-readable',
  title: 'Secrets and private data may be read',
  severity: 'high',
  why: 'Keys, passwords and mail are what is stolen first; a program that has no business with them must not reach them.',
  safer:
    'Narrow the rule to the folders that the program needs, and add `include <abstractions/private-files-strict>`.',
  references: [attack('T1552.001', 'Unsecured Credentials: Credentials In Files')],
  check: (context) => {
    const places = readablePlaces(context.options.sensitivePaths);
    return allowing(context, 'r').flatMap((one) => {
      const found = placesNear(places, one.pattern).flatMap((place) => {
        if (place.isHarmlessToOwner && ownerOf(one.rule) === 'owner') return [];
        const path = reachedPath(context, one, { place: place.pattern, permission: 'r' });
        return path === undefined ? [] : [`${place.title} (${path})`];
      });
      return found.length === 0 ? [] : [reportOn(one.rule, `allows to read ${found.join(', ')}`)];
    });
  },
};
