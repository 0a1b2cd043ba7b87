import { remembered } from '../../../core/remembered.ts';

/**
 * Writing some keys changes others. Every rule is the kernel's own: net/ipv4/devinet.c (inet_forward_change(),
 * devinet_copy_dflt_conf()), net/ipv6/addrconf.c (addrconf_forward_change(), addrconf_disable_change(),
 * addrconf_linkdown_change()), mm/page-writeback.c and mm/util.c (ratio and bytes of one limit exclude each other).
 */

/** What one write does to another key. */
export interface Effect {
  readonly path: string;
  readonly value: string;
  /** Whether a key that was written itself keeps its value. */
  readonly yieldsToExplicit: boolean;
}

export interface Interfaces {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

const IPV4_FORWARD = 'net/ipv4/ip_forward';
const IPV4_ALL_FORWARDING = 'net/ipv4/conf/all/forwarding';
/** Keys whose conf/default is not handed on to the interfaces that exist (DEVINET_SYSCTL_FLUSHING_ENTRY, forwarding, read-only ones). */
const IPV4_NOT_HANDED_ON: ReadonlySet<string> = new Set([
  'forwarding',
  'mc_forwarding',
  'disable_xfrm',
  'disable_policy',
  'promote_secondaries',
  'route_localnet',
  'drop_unicast_in_l2_multicast',
]);
const IPV6_HANDED_ON_BY_ALL: ReadonlySet<string> = new Set([
  'forwarding',
  'disable_ipv6',
  'ignore_routes_with_linkdown',
  'addr_gen_mode',
]);
const EXCLUSIVE_PAIRS: readonly (readonly [string, string])[] = [
  ['vm/dirty_bytes', 'vm/dirty_ratio'],
  ['vm/dirty_background_bytes', 'vm/dirty_background_ratio'],
  ['vm/overcommit_kbytes', 'vm/overcommit_ratio'],
];

/** ipv4_devconf and ipv4_devconf_dflt of net/ipv4/devinet.c: what is not listed starts at 0. */
const IPV4_CONF_ON_AT_BOOT: ReadonlySet<string> = new Set([
  'accept_redirects',
  'send_redirects',
  'secure_redirects',
  'shared_media',
  'arp_evict_nocarrier',
]);

/**
 * The value before anything is set, for the keys whose first value matters to what a write does: a write that changes
 * nothing has no effects.
 */
export function kernelDefault(path: string): string | undefined {
  if (path === IPV4_FORWARD) return '0';
  const [, family, scope, leaf = ''] = /^net\/(ipv4|ipv6)\/conf\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (family === 'ipv6') return IPV6_HANDED_ON_BY_ALL.has(leaf) ? '0' : undefined;
  if (family === undefined) return undefined;
  if (leaf === 'accept_source_route') return scope === 'all' ? '0' : '1';
  return IPV4_CONF_ON_AT_BOOT.has(leaf) ? '1' : '0';
}

/** What the kernel changes along with a write; `previous` is the key's value before, where known. */
export function effectsOf(path: string, value: string, context: EffectContext): readonly Effect[] {
  if (path === IPV4_FORWARD || path === IPV4_ALL_FORWARDING) return ipv4ForwardingEffects(path, value, context);
  const conf = /^net\/(ipv4|ipv6)\/conf\/(all|default)\/([^/]+)$/.exec(path);
  const leaf = conf?.[3];
  if (leaf !== undefined && conf?.[1] === 'ipv4' && conf[2] === 'default' && !IPV4_NOT_HANDED_ON.has(leaf)) {
    return context.interfaces.ipv4.map((name) => ({
      path: `net/ipv4/conf/${name}/${leaf}`,
      value,
      yieldsToExplicit: true,
    }));
  }
  if (leaf !== undefined && conf?.[1] === 'ipv6' && conf[2] === 'all') return ipv6AllEffects(leaf, value, context);
  const partner = EXCLUSIVE_PAIRS.find((pair) => pair.includes(path))?.find((other) => other !== path);
  return partner === undefined ? [] : [forced(partner, '0')];
}

/** The keys (as glob(7) patterns below /proc/sys) that a write of `path` may change besides it. */
export const alsoChangedBy = remembered((path): readonly string[] => {
  const context = { interfaces: { ipv4: ['*'], ipv6: ['*'] }, previous: undefined };
  const paths = ['0', '1'].flatMap((value) => effectsOf(path, value, context).map((effect) => effect.path));
  return [...new Set(paths)].sort();
});

export interface EffectContext {
  readonly interfaces: Interfaces;
  readonly previous: string | undefined;
}

/** One variable under two names. A change of it sets every interface and switches conf/all/accept_redirects to its opposite. */
function ipv4ForwardingEffects(path: string, value: string, context: EffectContext): readonly Effect[] {
  const alias = forced(path === IPV4_FORWARD ? IPV4_ALL_FORWARDING : IPV4_FORWARD, value);
  if (Number(context.previous ?? '0') === Number(value)) return [alias];
  return [
    alias,
    forced('net/ipv4/conf/all/accept_redirects', Number(value) === 0 ? '1' : '0'),
    ...['default', ...context.interfaces.ipv4].map((name) => forced(`net/ipv4/conf/${name}/forwarding`, value)),
  ];
}

/** Linux 6.17 and newer: switching forwarding off on conf/all also ends what single interfaces forward by force. */
function ipv6AllEffects(
  leaf: string,
  value: string,
  { interfaces: { ipv6 }, previous }: EffectContext,
): readonly Effect[] {
  const on = (scopes: readonly string[], name: string, to: string): readonly Effect[] =>
    scopes.map((scope) => forced(`net/ipv6/conf/${scope}/${name}`, to));
  if (leaf === 'force_forwarding') return Number(previous ?? '0') === Number(value) ? [] : on(ipv6, leaf, value);
  if (!IPV6_HANDED_ON_BY_ALL.has(leaf)) return [];
  const ended = leaf === 'forwarding' && Number(value) === 0 ? on(ipv6, 'force_forwarding', '0') : [];
  return [...on(['default', ...ipv6], leaf, value), ...ended];
}

function forced(path: string, value: string): Effect {
  return { path, value, yieldsToExplicit: false };
}
