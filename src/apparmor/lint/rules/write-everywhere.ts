import { allowing, reportOn } from '../context.ts';
import { literalPrefix } from '../../pattern/pattern.ts';
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
      const start = literalPrefix(pattern);
      const trees = knownPlaces('wide_trees')
        .filter((tree) => literalPrefix(tree.pattern).startsWith(start))
        .map((tree) => ({ ...tree, inclusion: context.patterns.includes(pattern, tree.pattern, context.effort) }));
      const unknown = trees.map(({ inclusion }) => inclusion).find(({ kind }) => kind === 'unknown');
      if (unknown?.kind === 'unknown') {
        if (unknown.isSpent !== true)
          return [reportOn(rule, 'is too complex to be compared with whole trees', { severity: 'low' })];
        context.notCompared.add(rule);
        return [];
      }
      const included = trees.filter(({ inclusion }) => inclusion.kind === 'included');
      const [widest] = included;
      if (widest === undefined) return [];
      const isHome = included.every(({ id }) => id.endsWith('home'));
      return [reportOn(rule, `allows to write ${widest.what}`, isHome ? { severity: 'high' } : {})];
    }),
};
