import type { Interfaces } from './kernel-effects.ts';

/** A key of net/ipv4/conf or net/ipv6/conf, taken apart. */
export interface ConfScope {
  readonly family: 'ipv4' | 'ipv6';
  /** `all`, `default` or an interface. */
  readonly scope: string;
  readonly leaf: string;
}

/** ip_forward is conf/all/forwarding by another name. */
export function confScope(path: string): ConfScope | undefined {
  if (path === 'net/ipv4/ip_forward') return { family: 'ipv4', scope: 'all', leaf: 'forwarding' };
  const match = /^net\/(ipv4|ipv6)\/conf\/([^/]+)\/([^/]+)$/.exec(path);
  const [, family, scope, leaf] = match ?? [];
  if (scope === undefined || leaf === undefined) return undefined;
  return { family: family === 'ipv4' ? 'ipv4' : 'ipv6', scope, leaf };
}

export function confPath({ family, scope, leaf }: ConfScope): string {
  return `net/${family}/conf/${scope}/${leaf}`;
}

/**
 * The keys that must be known as well to judge a wish for conf/all or conf/default: the same setting of every interface,
 * and whether it forwards, on which some rules depend. Empty for other keys.
 */
export function interfacePaths(path: string, interfaces: Interfaces): readonly string[] {
  const conf = confScope(path);
  if (conf === undefined || (conf.scope !== 'all' && conf.scope !== 'default')) return [];
  return ['all', 'default', ...interfaces[conf.family]].flatMap((scope) => [
    confPath({ ...conf, scope }),
    confPath({ ...conf, scope, leaf: 'forwarding' }),
  ]);
}
