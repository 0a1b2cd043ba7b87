import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { allowsAny, isAnyPeer } from '../any-peer.ts';
import { manual } from '../references.ts';

/** The others (`readby`, `tracedby`) say what may be done to the program: nothing that it gains by. */
const TRACES: ReadonlySet<string> = new Set(['read', 'trace']);

export const anyPtrace: LintRule = {
  id: 'any-ptrace',
  title: 'Any process may be traced',
  severity: 'critical',
  why: 'What traces a process reads its memory and makes it act: the rules of that process are its own then.',
  safer: 'Name the direction and the peer: `ptrace (read) peer=@{profile_name},`.',
  references: [manual('PTrace rules')],
  check: (context) =>
    allowRules(context, 'ptrace')
      .filter((rule) => isAnyPeer(rule) && allowsAny(rule, TRACES))
      .map((rule) => reportOn(rule, 'allows ptrace with every process')),
};
