import { reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

export const notAPattern: LintRule = {
  id: 'not-a-pattern',
  title: 'The path of a rule is no pattern',
  severity: 'high',
  why: 'apparmor_parser refuses such a profile, and a profile that is not loaded confines nothing.',
  safer: 'Close brackets and braces, or write a backslash before those that are meant.',
  references: [manual('Globbing')],
  check: ({ unclear }) => unclear.map(({ rule, message }) => reportOn(rule, `is not understood: ${message}`)),
};
