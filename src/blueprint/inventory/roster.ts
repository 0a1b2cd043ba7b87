import { nearestName } from '../../core/nearest-name.ts';
import type { Problems } from '../problems.ts';
import { quote, showName } from '../quote.ts';
import type { Mark } from '../source-text.ts';
import {
  GROUP_EDGE_LIMIT,
  GROUP_LIMIT,
  GROUP_NAME_LIMIT_CHARACTERS,
  HOST_LIMIT,
  HOST_NAME_LIMIT_CHARACTERS,
  MEMBERSHIP_LIMIT,
  VARIABLE_LIMIT,
} from './limits.ts';
import type { Variable } from './variable.ts';

/**
 * Where a variable comes from, weakest first: inventories themselves, files of group_vars/ and host_vars/, the blueprint's
 * own section.
 */
export const LAYERS = ['inventory', 'files', 'blueprint'] as const;

export type LayerName = (typeof LAYERS)[number];

export type NamedVariable = readonly [name: string, variable: Variable];

/** What hosts and groups have in common. */
export interface Entity {
  readonly name: string;
  readonly mark: Mark;
  readonly variables: { [layer in LayerName]?: Map<string, Variable> };
  blueprint?: { readonly reference: string; readonly mark: Mark };
}

export interface RosterHost extends Entity {
  /** The groups it stands in itself. */
  readonly groups: Set<RosterGroup>;
  /** The address that the blueprint gives it; without one its variables say how it is reached. */
  address?: { readonly text: string; readonly mark: Mark };
  /** The inventory that names it first. */
  readonly file: string;
}

export interface RosterGroup extends Entity {
  readonly hosts: Set<RosterHost>;
  readonly children: Map<RosterGroup, Mark>;
  readonly parents: Set<RosterGroup>;
  /** `ansible_group_priority`: of two groups equally deep, the one with the higher number wins. */
  priority: number;
}

export const ALL = 'all';
export const UNGROUPED = 'ungrouped';

const NOWHERE: Mark = { position: () => ({ path: '' }) };
const PRIORITY = 'ansible_group_priority';

/** Hosts and groups while inventories are being read; keeps their order, and the limits. */
export class Roster {
  readonly groups = new Map<string, RosterGroup>();
  readonly hosts = new Map<string, RosterHost>();
  /** The inventory that is being read. */
  currentFile = '';
  readonly all: RosterGroup;
  readonly ungrouped: RosterGroup;
  readonly #problems: Problems;
  readonly #passed = new Set<string>();
  #memberships = 0;
  #edges = 0;
  #variables = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
    this.all = this.#newGroup(ALL, NOWHERE);
    this.ungrouped = this.#newGroup(UNGROUPED, NOWHERE);
    this.#link(this.all, this.ungrouped, NOWHERE);
  }

  /** The group of a name, made if it isn't there yet. */
  group(name: string, mark: Mark): RosterGroup | undefined {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    if (name === '' || name.length > GROUP_NAME_LIMIT_CHARACTERS) {
      const message = `A group's name has 1 to ${String(GROUP_NAME_LIMIT_CHARACTERS)} characters; this one has ${String(name.length)}.`;
      this.#problems.error({ code: 'invalid-name', message, at: mark });
      return undefined;
    }
    if (this.groups.size >= GROUP_LIMIT) return this.#pass('groups', GROUP_LIMIT, mark);
    return this.#newGroup(name, mark);
  }

  /** The host of a name, made if it isn't there yet, and put into `group`. */
  host(name: string, group: RosterGroup, mark: Mark): RosterHost | undefined {
    const host = this.hosts.get(name) ?? this.#newHost(name, mark);
    if (host !== undefined) this.addHost(group, host, mark);
    return host;
  }

  addHost(group: RosterGroup, host: RosterHost, mark: Mark): void {
    if (group.hosts.has(host)) return;
    this.#memberships += 1;
    if (this.#memberships > MEMBERSHIP_LIMIT) {
      this.#pass('hosts in groups', MEMBERSHIP_LIMIT, mark);
      return;
    }
    group.hosts.add(host);
    host.groups.add(group);
  }

  /** Puts a group inside another. Circles are looked for when everything is read. */
  addChild(parent: RosterGroup, child: RosterGroup, mark: Mark): void {
    if (parent.children.has(child)) return;
    if (child === this.all) {
      const message = `The group all holds every other; it can't stand inside ${showName(parent.name)}.`;
      this.#problems.error({ code: 'group-cycle', message, at: mark });
      return;
    }
    this.#edges += 1;
    if (this.#edges > GROUP_EDGE_LIMIT) this.#pass('groups in groups', GROUP_EDGE_LIMIT, mark);
    else this.#link(parent, child, mark);
  }

  setVariable(entity: RosterHost | RosterGroup, [name, variable]: NamedVariable, layer: LayerName = 'inventory'): void {
    if (layer === 'inventory' && name === PRIORITY && 'children' in entity) {
      this.#setPriority(entity, variable);
      return;
    }
    this.#variables += 1;
    if (this.#variables > VARIABLE_LIMIT) {
      this.#pass('variables', VARIABLE_LIMIT, variable.mark);
      return;
    }
    const variables = entity.variables[layer] ?? new Map<string, Variable>();
    entity.variables[layer] = variables;
    variables.set(name, variable);
  }

  /** What `Did you mean …?` says of a group or host that isn't there. */
  nearest(name: string, kind: 'groups' | 'hosts'): string | undefined {
    const nearest = nearestName(name, this[kind].keys());
    return nearest === undefined ? undefined : `Did you mean ${showName(nearest)}?`;
  }

  /** Gives groups without a parent to `all`, and hosts without a group to `ungrouped`. */
  settle(): void {
    for (const group of this.groups.values()) {
      if (group !== this.all && group.parents.size === 0) this.#link(this.all, group, group.mark);
    }
    for (const host of this.hosts.values()) {
      const isGrouped = [...host.groups].some((group) => group !== this.all && group !== this.ungrouped);
      if (isGrouped) {
        this.ungrouped.hosts.delete(host);
        host.groups.delete(this.ungrouped);
      } else {
        this.ungrouped.hosts.add(host);
        host.groups.add(this.ungrouped);
      }
    }
  }

  #setPriority(group: RosterGroup, { value, mark }: Variable): void {
    const isText = typeof value === 'string' && /^\s*[-+]?[0-9]+\s*$/.test(value);
    const isNumber = typeof value === 'number' || typeof value === 'boolean' || isText;
    const priority = isNumber ? Math.trunc(Number(value)) : Number.NaN;
    if (Number.isSafeInteger(priority)) {
      group.priority = priority;
      return;
    }
    const message = `${PRIORITY} must be a whole number; it is ${quote(JSON.stringify(value))}.`;
    this.#problems.error({ code: 'invalid-value', message, at: mark });
  }

  #newGroup(name: string, mark: Mark): RosterGroup {
    const group: RosterGroup = {
      name,
      mark,
      variables: {},
      hosts: new Set(),
      children: new Map(),
      parents: new Set(),
      priority: 1,
    };
    this.groups.set(name, group);
    return group;
  }

  #newHost(name: string, mark: Mark): RosterHost | undefined {
    if (name === '' || name.length > HOST_NAME_LIMIT_CHARACTERS) {
      const message = `A host's name has 1 to ${String(HOST_NAME_LIMIT_CHARACTERS)} characters; this one has ${String(name.length)}.`;
      this.#problems.error({ code: 'invalid-name', message, at: mark });
      return undefined;
    }
    if (this.hosts.size >= HOST_LIMIT) return this.#pass('hosts', HOST_LIMIT, mark);
    const host: RosterHost = { name, mark, variables: {}, groups: new Set(), file: this.currentFile };
    this.hosts.set(name, host);
    return host;
  }

  #link(parent: RosterGroup, child: RosterGroup, mark: Mark): void {
    parent.children.set(child, mark);
    child.parents.add(parent);
  }

  /** Told once: the rest would say nothing new. */
  #pass(what: string, limit: number, at: Mark): undefined {
    if (!this.#passed.has(what)) {
      const message = `The inventory has more than ${limit.toLocaleString('en')} ${what}.`;
      this.#problems.error({ code: 'too-large', message, hint: 'Split it, and use one part at a time.', at });
    }
    this.#passed.add(what);
  }
}
