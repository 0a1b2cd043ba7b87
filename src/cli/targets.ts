import type { Blueprint } from '../blueprint/index.ts';
import {
  type Inventory,
  type InventoryHost,
  loadInventory,
  readPatternFiles,
  selectHosts,
} from '../blueprint/inventory/index.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { FreeholdError } from '../core/error.ts';
import type { Json } from '../core/json.ts';
import type { FleetTarget } from '../fleet/target.ts';
import { formatAddress, isAddress, parseAddress } from '../host/address.ts';
import type { OpenOptions } from '../host/open.ts';
import { requireBlueprint } from './blueprint.ts';
import { type ConnectionOptions, hostFailure, openOptions } from './connection.ts';
import { printDiagnostics } from './diagnostics.ts';

export interface TargetOptions extends ConnectionOptions {
  readonly blueprint?: string;
  /** Ansible inventories, besides the blueprint's own. */
  readonly inventory?: readonly string[];
}

/** Whether a command line means many machines, or one of an inventory: its result is a report of a fleet. */
export function isFleet(words: readonly string[], { inventory }: TargetOptions): boolean {
  return words.length > 1 || inventory !== undefined || words.some((word) => !isAddress(word));
}

/** The machines that addresses and patterns name, each once, in their order. Throws `usage` for what names none. */
export async function resolveTargets(
  words: readonly string[],
  { blueprint, options }: { readonly blueprint: Blueprint; readonly options: TargetOptions },
): Promise<readonly FleetTarget[]> {
  const addresses = words.filter((word) => isAddress(word));
  const patterns = words.filter((word) => !isAddress(word));
  const open = openOptions(options, { isAlone: false });
  const named = addressTargets(addresses, { blueprint, options: open });
  const listed = patterns.length > 0 ? await listedTargets(patterns, { blueprint, options, open }) : [];
  const targets = new Map([...named, ...listed].map((target) => [target.name, target]));
  if (targets.size > 0) return [...targets.values()];
  const hint =
    'Name machines by their addresses (ssh://…) or by names and patterns of the inventory (`all` means all of it).';
  throw usage('fleet/no-hosts', 'No machine is named.', hint);
}

interface Wish {
  readonly blueprint: Blueprint;
  readonly options: OpenOptions;
}

/** Throws `usage` with everything that is wrong in any of them. */
function addressTargets(words: readonly string[], { blueprint, options }: Wish): readonly FleetTarget[] {
  const problems: Diagnostic[] = [];
  const targets = words.flatMap((word) => {
    try {
      const address = formatAddress(parseAddress(word));
      return [{ name: address, address, groups: [], options, blueprint, problems: [] }];
    } catch (error) {
      const failure = hostFailure(word, error);
      if (!(failure instanceof FreeholdError)) throw failure;
      problems.push(...failure.diagnostics);
      return [];
    }
  });
  if (problems.length > 0) throw new FreeholdError('usage', problems);
  return targets;
}

interface Listed {
  readonly blueprint: Blueprint;
  readonly options: TargetOptions;
  readonly open: OpenOptions;
}

async function listedTargets(patterns: readonly string[], listed: Listed): Promise<readonly FleetTarget[]> {
  const { blueprint, options, open } = listed;
  const inventory = await requireInventory(patterns, listed);
  const read = await readPatternFiles(patterns);
  const { hosts, diagnostics } = selectHosts(inventory, read.patterns);
  const problems = [...read.diagnostics, ...diagnostics];
  if (problems.length > 0) throw new FreeholdError('usage', problems);
  const blueprints = new HostBlueprints(blueprint, options.blueprint);
  const targets: FleetTarget[] = [];
  for (const host of hosts) {
    const wished = await blueprints.of(host);
    targets.push(listedTarget(host, { blueprint: wished, options: openingOf(host, { options, open }) }));
  }
  return targets;
}

/** The blueprints of many machines: each is loaded once for the same values of its variables. */
class HostBlueprints {
  readonly #common: Blueprint;
  readonly #commonName: string | undefined;
  readonly #loaded = new Map<string, Blueprint>();

  /** `commonName` is how the command line called the one for all; `undefined` when it was found. */
  constructor(common: Blueprint, commonName: string | undefined) {
    this.#common = common;
    this.#commonName = commonName;
  }

  async of({ blueprint: own, variables }: InventoryHost): Promise<Blueprint> {
    const plain = own === undefined ? this.#common : await this.#load(own, {});
    const values = Object.entries(variables).filter(([name]) => plain.variables?.includes(name) === true);
    if (values.length === 0) return plain;
    return this.#load(own ?? this.#commonName, Object.fromEntries(values));
  }

  async #load(name: string | undefined, variables: Readonly<Record<string, Json>>): Promise<Blueprint> {
    const key = JSON.stringify([name ?? null, variables]);
    const blueprint = this.#loaded.get(key) ?? (await requireBlueprint(name, { variables }));
    this.#loaded.set(key, blueprint);
    return blueprint;
  }
}

async function requireInventory(patterns: readonly string[], { blueprint, options }: Listed): Promise<Inventory> {
  const section = blueprint.inventory;
  if (section === undefined && options.inventory === undefined) {
    const [first = ''] = patterns;
    const hint = `If it is a machine, write its address: ssh://${first}. Names need an inventory: --inventory, or \`inventory:\` in the blueprint.`;
    throw usage(
      'fleet/no-inventory',
      `${JSON.stringify(first)} is no address, and there is no inventory to look it up in.`,
      hint,
    );
  }
  const loaded = await loadInventory({ section, paths: options.inventory ?? [] });
  if (loaded.kind === 'invalid') throw new FreeholdError('usage', loaded.diagnostics);
  printDiagnostics(loaded.warnings);
  return loaded.inventory;
}

function listedTarget({ name, address, groups, problems }: InventoryHost, { blueprint, options }: Wish): FleetTarget {
  return { name, address, groups, options, blueprint, problems };
}

/** What the command line says counts before what the inventory says. */
function openingOf(
  { become, identityFile, sshArguments }: InventoryHost,
  { options, open }: { readonly options: TargetOptions; readonly open: OpenOptions },
): OpenOptions {
  return {
    ...open,
    ...(options.become === undefined && become !== undefined && { become }),
    ...(identityFile !== undefined && { identityFile }),
    ...(sshArguments.length > 0 && { sshArguments }),
  };
}

function usage(code: string, message: string, hint: string): FreeholdError {
  return new FreeholdError('usage', [{ code, level: 'error', message, hint }]);
}
