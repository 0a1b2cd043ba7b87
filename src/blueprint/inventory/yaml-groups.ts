import type { Problems } from '../problems.ts';
import { quote, showName } from '../quote.ts';
import type { Mark } from '../source-text.ts';
import type { MapEntry, MapNode, Node } from '../tree.ts';
import { expandHostWord } from './host-words.ts';
import { GROUP_DEPTH_LIMIT } from './limits.ts';
import type { NamedVariable, Roster, RosterGroup } from './roster.ts';
import { variableOf } from './variable.ts';

const SECTIONS = ['vars', 'children', 'hosts'];

/**
 * Reads a YAML inventory as Ansible's plugin `yaml` does: every key at the top is a group, with `hosts`, `children` and `vars`
 * (https://docs.ansible.com/ansible/latest/collections/ansible/builtin/yaml_inventory.html).
 */
export function readYamlGroups(root: MapNode, roster: Roster, problems: Problems): void {
  const reader = new YamlGroupsReader(roster, problems);
  for (const [name, entry] of root.entries) reader.group(name, entry, 0);
}

class YamlGroupsReader {
  readonly #roster: Roster;
  readonly #problems: Problems;

  constructor(roster: Roster, problems: Problems) {
    this.#roster = roster;
    this.#problems = problems;
  }

  group(name: string, { key: mark, value }: MapEntry, depth: number): RosterGroup | undefined {
    if (depth > GROUP_DEPTH_LIMIT) return undefined;
    if (!isNothing(value) && value.kind !== 'map') {
      const hint = 'Below a group stand hosts, children and vars.';
      this.#problems.warn({
        code: 'ignored',
        message: `${showName(name)} is no group, and is not used.`,
        hint,
        at: mark,
      });
      return undefined;
    }
    const group = this.#roster.group(name, mark);
    if (group === undefined || value.kind !== 'map') return group;
    for (const [key, entry] of value.entries) this.#section(group, key, { entry, depth });
    return group;
  }

  #section(group: RosterGroup, key: string, place: { readonly entry: MapEntry; readonly depth: number }): void {
    const { entry, depth } = place;
    if (!SECTIONS.includes(key)) {
      const message = `${quote(key)} in the group ${showName(group.name)} means nothing to Ansible, and is not used.`;
      this.#problems.warn({ code: 'ignored', message, hint: 'Known here: children, hosts, vars.', at: entry.key });
      return;
    }
    const section = sectionMap(entry);
    if (section === undefined) {
      const message = `${key} of the group ${showName(group.name)} must be a map.`;
      const hint = entry.value.kind === 'list' ? 'Write `name:` in each line, not `- name`.' : undefined;
      this.#problems.error({ code: 'wrong-type', message, hint, at: entry.value.mark });
      return;
    }
    for (const [name, inner] of section.entries) {
      if (key === 'vars') this.#roster.setVariable(group, [name, variableOf(inner.value, inner.key)]);
      else if (key === 'hosts') this.#hosts(group, name, inner);
      else {
        const child = this.group(name, inner, depth + 1);
        if (child !== undefined) this.#roster.addChild(group, child, inner.key);
      }
    }
  }

  #hosts(group: RosterGroup, word: string, { key: mark, value }: MapEntry): void {
    const expanded = expandHostWord(word);
    if (expanded.kind === 'wrong') {
      const { reason, hint } = expanded;
      this.#problems.error({
        code: 'invalid-host',
        message: `${quote(word)} names no host: ${reason}.`,
        hint,
        at: mark,
      });
      return;
    }
    if (!isNothing(value) && value.kind !== 'map') {
      const message = `Below the host ${showName(word)} stand its variables, as keys with values.`;
      this.#problems.error({ code: 'wrong-type', message, at: value.mark });
      return;
    }
    const variables = value.kind === 'map' ? variablesOf(value) : [];
    for (const name of expanded.names) this.#host(name, { group, mark, port: expanded.port, variables });
  }

  #host(name: string, { group, mark, port, variables }: HostEntry): void {
    const isNew = !this.#roster.hosts.has(name);
    const host = this.#roster.host(name, group, mark);
    if (host === undefined) return;
    if (isNew && port !== undefined) {
      this.#roster.setVariable(host, ['ansible_port', { value: port, mark, isEncrypted: false }]);
    }
    for (const variable of variables) this.#roster.setVariable(host, variable);
  }
}

interface HostEntry {
  readonly group: RosterGroup;
  readonly mark: Mark;
  readonly port: number | undefined;
  readonly variables: readonly NamedVariable[];
}

function variablesOf(map: MapNode): readonly NamedVariable[] {
  return [...map.entries].map(([key, inner]) => [key, variableOf(inner.value, inner.key)]);
}

function isNothing(node: Node): boolean {
  return node.kind === 'empty' || (node.kind === 'scalar' && node.value === null);
}

/** `hosts: web1` is `hosts: {web1: }`. */
function sectionMap({ key, value }: MapEntry): MapNode | undefined {
  if (value.kind === 'map') return value;
  if (isNothing(value)) return { kind: 'map', entries: new Map(), mark: key };
  if (value.kind !== 'scalar' || typeof value.value !== 'string') return undefined;
  const nothing: Node = { kind: 'empty', mark: value.mark };
  return { kind: 'map', mark: value.mark, entries: new Map([[value.value, { key: value.mark, value: nothing }]]) };
}
