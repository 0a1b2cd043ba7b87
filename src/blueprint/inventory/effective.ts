import type { GroupsOfHosts } from './group-order.ts';
import { LAYERS, type LayerName, type Roster, type RosterGroup, type RosterHost } from './roster.ts';
import type { Variable, VariableMap } from './variable.ts';

/**
 * What counts for a host, in Ansible's order (VARIABLE_PRECEDENCE): inventory variables of `all`, of the other groups from the
 * outermost to the innermost; then the same for group_vars/ files; then the host's own. What the blueprint says itself comes last
 * among groups, and last among hosts.
 */
export class EffectiveVariables {
  readonly #roster: Roster;
  readonly #groups: GroupsOfHosts;
  readonly #known = new Map<readonly RosterGroup[], VariableMap>();

  constructor(roster: Roster, groups: GroupsOfHosts) {
    this.#roster = roster;
    this.#groups = groups;
  }

  /** Looks variables up where they are: merging them for each of 100,000 hosts would cost more than all the rest. */
  of(host: RosterHost): HostVariables {
    return new HostVariables(host, this.#ofGroups(this.#groups.of(host)));
  }

  #ofGroups(groups: readonly RosterGroup[]): VariableMap {
    const known = this.#known.get(groups);
    if (known !== undefined) return known;
    const variables = new Map<string, Variable>();
    for (const layer of LAYERS) this.#addLayer(variables, layer, groups);
    this.#known.set(groups, variables);
    return variables;
  }

  #addLayer(variables: Map<string, Variable>, layer: LayerName, groups: readonly RosterGroup[]): void {
    for (const group of [this.#roster.all, ...groups]) add(variables, group.variables[layer] ?? new Map());
  }
}

/** The variables of one host. */
export class HostVariables {
  /** Weakest first. */
  readonly #own: readonly VariableMap[];
  readonly #inherited: VariableMap;

  constructor(host: RosterHost, inherited: VariableMap) {
    this.#own = LAYERS.flatMap((layer) => host.variables[layer] ?? []);
    this.#inherited = inherited;
  }

  get(name: string): Variable | undefined {
    return this.#own.findLast((layer) => layer.has(name))?.get(name) ?? this.#inherited.get(name);
  }

  /** All of them at once; the same map for hosts that have none of their own and are in the same groups. */
  all(): VariableMap {
    if (this.#own.length === 0) return this.#inherited;
    const variables = new Map(this.#inherited);
    for (const layer of this.#own) add(variables, layer);
    return variables;
  }
}

function add(variables: Map<string, Variable>, more: VariableMap): void {
  for (const [name, variable] of more) variables.set(name, variable);
}
