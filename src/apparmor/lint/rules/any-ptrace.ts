import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { isAnyPeer } from '../any-peer.ts';
import { manual } from '../references.ts';

export const anyPtrace: LintRule = {
  id: 'any-ptrace',
  title: 'Any process may be traced',
  severity: 'critical',
  why: 'What traces a process reads its memory and makes it act: the rules of that process are its own then.',
  safer: 'Name the direction and the peer: `ptrace (read) peer=@{profile_name},`.',
  references: [manual('PTrace rules')],
  check: (context) =>
    allowRules(context, 'ptrace')
      .filter(isAnyPeer)
      .map((rule) => reportOn(rule, 'allows ptrace with every process')),
};
