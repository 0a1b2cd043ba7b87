import type { PatternNode } from '../../pattern/tree.ts';
import { reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

const SLASH = 0x2f;

export const classMatchesSlash: LintRule = {
  id: 'class-matches-slash',
  title: 'A negated class also matches the slash',
  severity: 'low',
  why: '`[^0-9]` stands for any byte but digits, and so also for the `/` between folders: the rule reaches one folder deeper than it looks.',
  safer: 'Take the slash out as well: `[^/0-9]`.',
  references: [manual('Globbing')],
  check: ({ allowed }) =>
    allowed
      .filter(({ pattern }) => pattern.trees.some(hasNegatedSlash))
      .map(({ rule }) => reportOn(rule, 'has a negated class that matches `/` too')),
};

function hasNegatedSlash(tree: PatternNode): boolean {
  if (tree.kind === 'set') return tree.form === 'negated' && tree.set[SLASH] === 1;
  // Globs become sets without the slash, or with all bytes.
  if (tree.kind === 'many') return false;
  return (tree.kind === 'sequence' ? tree.parts : tree.options).some(hasNegatedSlash);
}
