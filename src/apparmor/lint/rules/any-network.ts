import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { manual } from '../references.ts';

/** Families that go below the protocols of applications. */
const LOW_FAMILIES = new Set(['packet', 'alg', 'vsock', 'bluetooth', 'can', 'xdp']);

export const anyNetwork: LintRule = {
  id: 'any-network',
  title: 'More of the network is allowed than a program needs',
  severity: 'medium',
  why: 'Every family of sockets is a way out, and a piece of the kernel that can be attacked.',
  safer: 'Name family and type: `network inet stream,` and `network inet6 stream,`.',
  references: [manual('Network Rules')],
  check: (context) =>
    allowRules(context, 'network').flatMap((rule) => {
      if (rule.family === undefined && rule.type === undefined && rule.conditions.length === 0)
        return [reportOn(rule, 'allows sockets of every family')];
      if (rule.type === 'raw' && rule.family !== 'netlink')
        return [reportOn(rule, 'allows raw sockets, which send and read any packet')];
      if (rule.family !== undefined && LOW_FAMILIES.has(rule.family))
        return [reportOn(rule, `allows sockets of the family ${rule.family}`, { severity: 'low' })];
      return [];
    }),
};
