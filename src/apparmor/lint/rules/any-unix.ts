import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { isAnyPeer } from '../any-peer.ts';
import { manual } from '../references.ts';

export const anyUnix: LintRule = {
  id: 'any-unix',
  title: 'Any Unix socket may be used',
  severity: 'medium',
  why: 'Sockets without a path go around the rules about files: the X server, D-Bus and agents listen on such.',
  safer: 'Name access, type and peer: `unix (connect, send, receive) type=stream peer=(label=name),`.',
  references: [manual('Unix socket rules')],
  check: (context) =>
    allowRules(context, 'unix')
      .filter(isAnyPeer)
      .map((rule) => reportOn(rule, 'allows every Unix socket')),
};
