import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { allowsAny, isAnyPeer } from '../any-peer.ts';
import { manual } from '../references.ts';

/** The others make a socket, or ask about one: nobody is reached by that (apparmor.d(5), "Unix socket rules"). */
const TALKS: ReadonlySet<string> = new Set(['accept', 'bind', 'connect', 'listen', 'receive', 'send']);

export const anyUnix: LintRule = {
  id: 'any-unix',
  title: 'Any Unix socket may be used',
  severity: 'medium',
  why: 'Sockets without a path go around the rules about files: the X server, D-Bus and agents listen on such.',
  safer: 'Name access, type and peer: `unix (connect, send, receive) type=stream peer=(label=name),`.',
  references: [manual('Unix socket rules')],
  check: (context) =>
    allowRules(context, 'unix')
      .filter((rule) => isAnyPeer(rule) && allowsAny(rule, TALKS))
      .map((rule) => reportOn(rule, 'allows every Unix socket')),
};
