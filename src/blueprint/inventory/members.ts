import type { Roster, RosterGroup, RosterHost } from './roster.ts';

/**
 * The hosts of some groups and of the groups inside them: group by group, its own hosts first, then level by level, each
 * host once. That is the order in which Ansible counts them, but that it looks at the groups of one level in no particular
 * order; here it is the order in which they were declared.
 */
export function hostsOfGroups({ groups }: Roster, names: Iterable<string>): ReadonlySet<RosterHost> {
  const hosts = new Set<RosterHost>();
  const seen = new Set<RosterGroup>();
  for (const name of names) {
    const group = groups.get(name);
    if (group === undefined || seen.has(group)) continue;
    const level = new Set([group]);
    // A set grows while it is walked through, and what is added comes last.
    for (const one of level) {
      if (seen.has(one)) continue;
      seen.add(one);
      for (const host of one.hosts) hosts.add(host);
      for (const child of one.children.keys()) level.add(child);
    }
  }
  return hosts;
}
