import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { allowsAny, isAnyPeer } from '../any-peer.ts';
import { manual } from '../references.ts';

/** What only receives signals stops nobody. */
const SENDS: ReadonlySet<string> = new Set(['send']);

export const anySignal: LintRule = {
  id: 'any-signal',
  title: 'Any process may be signalled',
  severity: 'low',
  why: 'It may stop and kill whatever runs as the same user, security software too.',
  safer: 'Name the signals and the peer: `signal (send) set=(term) peer=@{profile_name},`.',
  references: [manual('Signal rules')],
  check: (context) =>
    allowRules(context, 'signal')
      .filter((rule) => isAnyPeer(rule) && allowsAny(rule, SENDS))
      .map((rule) => reportOn(rule, 'allows signals to and from every process')),
};
