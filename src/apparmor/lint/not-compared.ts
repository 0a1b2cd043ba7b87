import type { Profile, Rule } from '../language/syntax.ts';
import type { LintRule } from './lint-rule.ts';
import { reportOnProfile } from './context.ts';
import type { Report } from './report.ts';

/** What lint leaves out is said, for it is no sign that all is well. */
export const NOT_COMPARED: Omit<LintRule, 'check'> = {
  id: 'not-compared',
  title: 'Rules were not looked at',
  severity: 'high',
  why: 'A policy with very many patterns, or with patterns that take very long to be compared, is looked at with a limit: what comes behind it may hold the weakness that is looked for.',
  safer:
    'Split the policy into several files, or write fewer and plainer patterns: one `/a/**` instead of thousands below it.',
  references: [],
};

/** As bad as what may have been missed. */
export function reportNotCompared(
  missed: ReadonlySet<Rule | Profile>,
  { profile, rule }: { readonly profile: Profile; readonly rule: Pick<LintRule, 'id' | 'severity'> },
): readonly Report[] {
  const [first] = missed;
  if (first === undefined) return [];
  const { path, line } = first.place;
  const count = missed.size === 1 ? 'one rule' : `${String(missed.size)} rules`;
  const what = `${rule.id} did not look at ${count}, the first of them at ${path}:${String(line)}: comparing the patterns takes too long`;
  return [reportOnProfile(profile, what, { severity: rule.severity })];
}
