import type { Problems } from '../problems.ts';
import { quote, showName } from '../quote.ts';
import { findNode, type MapEntry, type MapNode } from '../tree.ts';
import type { Roster, RosterGroup } from './roster.ts';
import { variableOf } from './variable.ts';

/** The key that marks what `ansible-inventory --list` and inventory scripts print. */
export const META_KEY = '_meta';

/**
 * Reads what `ansible-inventory --list` (with --export or without) and inventory scripts print: groups with lists of hosts and of children,
 * and every host's variables below `_meta` (https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html).
 */
export function readListOutput(root: MapNode, roster: Roster, problems: Problems): void {
  const groups = [...root.entries].filter(([name]) => name !== META_KEY);
  for (const [name, { key }] of groups) roster.group(name, key);
  for (const [name, { key, value }] of groups) {
    const group = roster.group(name, key);
    if (group === undefined) continue;
    // The old short form: a group that is nothing but the list of its hosts.
    if (value.kind === 'list') addHosts(group, { key, value }, { roster, problems });
    else if (value.kind === 'map') readGroup(group, value, { roster, problems });
  }
  const hostvars = findNode(root, [META_KEY, 'hostvars'])?.node;
  if (hostvars?.kind !== 'map') return;
  for (const [name, { key, value }] of hostvars.entries) {
    // Hosts that are in no group but `all` are named here only.
    const host = roster.hosts.get(name) ?? roster.host(name, roster.all, key);
    if (host === undefined || value.kind !== 'map') continue;
    for (const [variable, entry] of value.entries) {
      roster.setVariable(host, [variable, variableOf(entry.value, entry.key)]);
    }
  }
}

interface Context {
  readonly roster: Roster;
  readonly problems: Problems;
}

function readGroup(group: RosterGroup, map: MapNode, context: Context): void {
  const { roster } = context;
  const hosts = map.entries.get('hosts');
  if (hosts !== undefined) addHosts(group, hosts, context);
  const children = map.entries.get('children');
  for (const { name, mark } of children === undefined ? [] : namesIn(children, context)) {
    const child = roster.group(name, mark);
    if (child !== undefined) roster.addChild(group, child, mark);
  }
  const vars = map.entries.get('vars')?.value;
  if (vars?.kind !== 'map') return;
  for (const [name, { key, value }] of vars.entries) roster.setVariable(group, [name, variableOf(value, key)]);
}

function addHosts(group: RosterGroup, entry: MapEntry, context: Context): void {
  for (const { name, mark } of namesIn(entry, context)) context.roster.host(name, group, mark);
}

function namesIn({ key, value }: MapEntry, { problems }: Context): readonly { name: string; mark: MapEntry['key'] }[] {
  if (value.kind !== 'list') {
    problems.error({ code: 'wrong-type', message: 'Here a list of names is expected.', at: key });
    return [];
  }
  return value.items.flatMap((item) => {
    if (item.kind === 'scalar' && typeof item.value === 'string') return [{ name: item.value, mark: item.mark }];
    const shown = item.kind === 'scalar' ? quote(item.written) : showName(item.kind);
    problems.error({
      code: 'wrong-type',
      message: `The name of a host or group is a text; this is ${shown}.`,
      at: item.mark,
    });
    return [];
  });
}
