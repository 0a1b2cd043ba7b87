import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { isAnyPeer } from '../any-peer.ts';
import { manual } from '../references.ts';

export const anyUserns: LintRule = {
  id: 'any-userns',
  title: 'User namespaces may be made',
  severity: 'medium',
  why: 'In a namespace of its own the program is root, and reaches much more of the kernel, where most flaws of the last years were.',
  safer: 'Leave it out unless the program makes a sandbox of its own by it, as browsers do.',
  references: [manual('User Namespace rules')],
  check: (context) =>
    allowRules(context, 'userns')
      .filter(isAnyPeer)
      .map((rule) => reportOn(rule, 'allows to make user namespaces')),
};
