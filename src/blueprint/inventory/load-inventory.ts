import { dirname } from 'node:path';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Location } from '../../core/finding.ts';
import type { Json } from '../../core/json.ts';
import { Problems } from '../problems.ts';
import { showName } from '../quote.ts';
import type { Mark } from '../source-text.ts';
import { readConnection } from './connection.ts';
import { EffectiveVariables } from './effective.ts';
import { fileMark, InventoryFiles } from './files.ts';
import { depthsOf, type Depths, GroupsOfHosts } from './group-order.ts';
import type { Inventory, InventoryGroup, InventoryHost, LoadInventoryResult } from './inventory.ts';
import { hostsOfGroups } from './members.ts';
import { readOwnForm, sourcesOf } from './own-form.ts';
import { ALL, Roster, type RosterGroup, type RosterHost, UNGROUPED } from './roster.ts';
import type { InventorySection } from './section.ts';
import { readSource } from './sources.ts';
import { readVariableFiles } from './variable-files.ts';
import type { VariableMap } from './variable.ts';

export interface LoadInventoryOptions {
  /** The `inventory:` of a blueprint. */
  readonly section?: InventorySection | undefined;
  /** Ansible inventories that are named elsewhere: files and folders. */
  readonly paths?: readonly string[];
}

/**
 * Reads every inventory, and tells every problem of all of them at once. What is wrong with the connection of one host is
 * that host's own problem.
 */
export async function loadInventory({ section, paths = [] }: LoadInventoryOptions): Promise<LoadInventoryResult> {
  const problems = new Problems('inventory');
  const files = new InventoryFiles(problems);
  const roster = new Roster(problems);
  const encrypted: string[] = [];
  const named = paths.map((path) => ({ path, asked: fileMark(path) }));
  const sources = [...(section === undefined ? [] : sourcesOf(section)), ...named];
  for (const source of sources) await readSource(source, { roster, files, problems });
  if (section !== undefined) readOwnForm(section, roster, problems);
  roster.settle();
  const folders = new Map(sources.map(({ path }) => [path, undefined]));
  for (const path of folders.keys()) await readVariableFiles(path, { roster, files, problems, encrypted });
  const depths = depthsOf(roster, problems);
  if (depths === undefined || problems.hasErrors) return { kind: 'invalid', diagnostics: problems.all() };
  warnOfSameNames(roster, problems);
  const inventory = assemble(roster, { depths, problems, encrypted, files: files.read });
  return { kind: 'loaded', inventory, warnings: problems.warnings() };
}

interface AssembleContext {
  readonly depths: Depths;
  readonly problems: Problems;
  readonly encrypted: readonly string[];
  readonly files: readonly string[];
}

function assemble(roster: Roster, { depths, problems, encrypted, files }: AssembleContext): Inventory {
  const groupsOf = new GroupsOfHosts(roster, depths);
  const effective = new EffectiveVariables(roster, groupsOf);
  const warned = new Set<Mark>();
  const records = new WeakMap<VariableMap, Readonly<Record<string, Json>>>();
  const names = new Map<readonly RosterGroup[], readonly string[]>();
  const hosts = new Map<RosterHost, InventoryHost>();
  for (const host of roster.hosts.values()) {
    const variables = effective.of(host);
    const groups = groupsOf.of(host);
    const { problems: own, ...connection } = readConnection(host, {
      variables,
      magic: magicOf(host),
      encrypted,
      problems,
      warned,
    });
    const blueprint = blueprintOf(host, groups, { roster, depths, problems });
    hosts.set(host, {
      name: host.name,
      ...connection,
      groups: once(names, groups, namesOf),
      ...('reference' in blueprint && { blueprint: blueprint.reference }),
      get variables() {
        return once(records, variables.all(), recordOf);
      },
      where: locationOf(host.mark),
      problems: 'problem' in blueprint ? [...own, blueprint.problem] : own,
    });
  }
  return {
    hosts: [...hosts.values()],
    groups: [...roster.groups.values()].filter(({ name }) => name !== ALL && name !== UNGROUPED).map(toGroup),
    hostsOf: (groups) => [...hostsOfGroups(roster, groups)].flatMap((host) => hosts.get(host) ?? []),
    files,
  };
}

function toGroup({ name, children, blueprint, mark }: RosterGroup): InventoryGroup {
  return {
    name,
    children: [...children.keys()].map((child) => child.name),
    ...(blueprint !== undefined && { blueprint: blueprint.reference }),
    where: locationOf(mark),
  };
}

interface Cache<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** Hosts in the same groups share what they inherit. */
function once<Key extends object, Value>(known: Cache<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const value = known.get(key) ?? make(key);
  known.set(key, value);
  return value;
}

function namesOf(groups: readonly RosterGroup[]): readonly string[] {
  return groups
    .map(({ name }) => name)
    .filter((name) => name !== UNGROUPED)
    .sort();
}

function recordOf(variables: VariableMap): Readonly<Record<string, Json>> {
  const known = [...variables].filter(([, { isEncrypted }]) => !isEncrypted);
  return Object.fromEntries(known.map(([name, { value }]) => [name, value]));
}

/** https://docs.ansible.com/ansible/latest/reference_appendices/special_variables.html, as far as they name the host itself. */
function magicOf({ name, file }: RosterHost): ReadonlyMap<string, string> {
  const isAddress = /^[0-9.]+$/.test(name) || name.includes(':');
  return new Map([
    ['inventory_hostname', name],
    ['inventory_hostname_short', isAddress ? name : (name.split('.')[0] ?? name)],
    ['inventory_file', file],
    ['inventory_dir', dirname(file)],
  ]);
}

function locationOf(mark: Mark): Location {
  const { path, line } = mark.position();
  return { path, ...(line !== undefined && { line }) };
}

interface BlueprintContext {
  readonly roster: Roster;
  readonly depths: Depths;
  readonly problems: Problems;
}

type BlueprintChoice = { readonly reference: string } | { readonly problem: Diagnostic } | Record<string, never>;

/** The host's own; else that of the innermost group that has one. Two that are equally near would be a matter of luck. */
function blueprintOf(
  host: RosterHost,
  groups: readonly RosterGroup[],
  { roster, depths, problems }: BlueprintContext,
): BlueprintChoice {
  if (host.blueprint !== undefined) return { reference: host.blueprint.reference };
  const having = [roster.all, ...groups].filter(({ blueprint }) => blueprint !== undefined);
  const deepest = Math.max(...having.map((group) => depths.get(group) ?? 0));
  const nearest = having.filter((group) => depths.get(group) === deepest);
  const highest = Math.max(...nearest.map(({ priority }) => priority));
  const [first, ...others] = nearest.filter(({ priority }) => priority === highest);
  if (first?.blueprint === undefined) return {};
  const other = others.find(({ blueprint }) => blueprint?.reference !== first.blueprint?.reference);
  if (other?.blueprint === undefined) return { reference: first.blueprint.reference };
  const message = `Two groups of ${showName(host.name)} name different blueprints: ${showName(first.name)} and ${showName(other.name)}.`;
  const hint = 'Give the host its own `blueprint:`, or put one group inside the other.';
  return {
    problem: problems.diagnostic({ code: 'ambiguous-blueprint', message, hint, at: other.blueprint.mark }, 'error'),
  };
}

function warnOfSameNames(roster: Roster, problems: Problems): void {
  for (const { name, mark } of roster.groups.values()) {
    if (!roster.hosts.has(name)) continue;
    const message = `${showName(name)} is the name of a group and of a host: patterns can't tell them apart.`;
    problems.warn({ code: 'same-name', message, hint: 'Rename one of them.', at: mark });
  }
}
