import { allowing, reportOn } from '../context.ts';
import { knownPlaces } from '../known-places.ts';
import type { LintRule } from '../lint-rule.ts';
import { attack, manual } from '../references.ts';

export const writeEverywhere: LintRule = {
  id: 'write-everywhere',
  title: 'A whole tree may be written',
  severity: 'critical',
  why: 'What may write all of a tree may plant files that others run, load or trust, so it is confined in name only.',
  safer:
    'Name the folders that the program writes to, with `owner` where they belong to the user: `owner @{HOME}/Documents/** rw,`.',
  references: [manual('Access Modes'), attack('T1546', 'Event Triggered Execution')],
  check: (context) =>
    allowing(context, 'w', 'a', 'l').flatMap(({ rule, pattern }) => {
      const trees = knownPlaces('wide_trees').filter(
        (tree) => context.patterns.includes(pattern, tree.pattern).kind === 'included',
      );
      const [widest] = trees;
      const isTooLarge = knownPlaces('wide_trees').some(
        (tree) => context.patterns.includes(pattern, tree.pattern).kind === 'unknown',
      );
      if (isTooLarge) return [reportOn(rule, 'is too complex to be compared with whole trees', { severity: 'low' })];
      if (widest === undefined) return [];
      const isHome = trees.every(({ id }) => id.endsWith('home'));
      return [reportOn(rule, `allows to write ${widest.what}`, isHome ? { severity: 'high' } : {})];
    }),
};
