import { ownerOf } from '../../granted.ts';
import { literalPrefix } from '../../pattern/pattern.ts';
import { type LintContext, type PreparedRule, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import type { Report } from '../report.ts';
import { manual } from '../references.ts';

export const shadowed: LintRule = {
  id: 'shadowed',
  title: 'Another rule allows all of it already',
  severity: 'info',
  why: 'A rule that changes nothing hides what the profile really allows: whoever takes it out believes that something is forbidden now.',
  safer: 'Take out the one of the two that is not meant.',
  references: [manual('Rule semantics')],
  check: (context) => [...checkAll(context.allowed, context), ...checkAll(context.denied, context)],
};

function checkAll(rules: readonly PreparedRule[], context: LintContext): readonly Report[] {
  return rules.flatMap((one, index) => {
    // What an include brings is as it is.
    if (one.rule.place.includedFrom.length > 0 || one.rule.place.path !== context.profile.place.path) return [];
    const by = rules.find(
      (other, at) => at !== index && covers(other, one, context) && (at < index || !covers(one, other, context)),
    );
    if (by === undefined) return [];
    const { path, line } = by.rule.place;
    return [reportOn(one.rule, `changes nothing: ${by.rule.text} (${path}:${line}) says all of it`)];
  });
}

function covers(wide: PreparedRule, narrow: PreparedRule, { patterns }: LintContext): boolean {
  const [a, b] = [wide.rule, narrow.rule];
  if (a.kind !== 'file' || b.kind !== 'file') return false;
  const isSame = a.priority === b.priority && a.isAudited === b.isAudited && a.effect === b.effect;
  if (!isSame || (ownerOf(a) !== 'any' && ownerOf(a) !== ownerOf(b))) return false;
  // An exact path may be there to say how to execute.
  if (b.exec !== undefined && JSON.stringify(a.exec) !== JSON.stringify(b.exec)) return false;
  if (![...narrow.permissions].every((permission) => wide.permissions.has(permission))) return false;
  if (!literalPrefix(narrow.pattern).startsWith(literalPrefix(wide.pattern))) return false;
  return patterns.includes(wide.pattern, narrow.pattern).kind === 'included';
}
