import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Json } from '../core/json.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { Waiver } from '../core/waiver.ts';
import type { Blueprint, LoadResult } from './blueprint.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { check } from './check.ts';
import { collectLayers, type Layer, nameOf, type Reference, unknownPreset } from './collect.ts';
import { settleEmpties } from './empties.ts';
import { waiverList } from './frame.ts';
import { INVENTORY_KEY, readInventorySection } from './inventory/section.ts';
import { mergeMaps, vainNulls, withoutTakenBack } from './merge.ts';
import { type PresetShelf, shippedPresets } from './preset-shelf.ts';
import { Problems } from './problems.ts';
import { showPath } from './quote.ts';
import { jsonSchemaOf, type PlaceView, viewPlace } from './schema-view.ts';
import type { Section } from './section.ts';
import { findNode, type MapNode, type Node, type Path } from './tree.ts';
import { overrideVariables, readVariables, Substitution } from './variables.ts';

interface LoadOptions {
  /** Every control there is; each gives the blueprint a section. */
  readonly controls: readonly Section[];
  /** Other presets than the ones that ship. */
  readonly presets?: PresetShelf;
  /** What a host's inventory says: values for variables that the blueprint has; all others count for nothing here. */
  readonly variables?: Readonly<Record<string, Json>>;
}

export interface LoadBlueprintOptions extends LoadOptions {
  readonly path: string;
}

export interface LoadPresetOptions extends LoadOptions {
  readonly name: string;
}

/** Reads a blueprint file and all it extends; tells every problem of all files at once. */
export function loadBlueprint({ path, ...options }: LoadBlueprintOptions): Promise<LoadResult> {
  return load({ kind: 'file', path }, options);
}

/** A preset as a blueprint of its own. */
export function loadPreset({ name, ...options }: LoadPresetOptions): Promise<LoadResult> {
  const { names } = options.presets ?? shippedPresets;
  if (names.includes(name)) return load({ kind: 'preset', name }, options);
  const { code, ...rest } = unknownPreset(name, names);
  return Promise.resolve({
    kind: 'invalid',
    diagnostics: [{ code: `blueprint/${code}`, level: 'error', ...rest }],
  });
}

async function load(reference: Reference, options: LoadOptions): Promise<LoadResult> {
  const { controls, presets = shippedPresets, variables = {} } = options;
  const problems = new Problems();
  const layers = await collectLayers(reference, { sections: controls, presets, problems });
  const own = layers.at(-1);
  if (own === undefined) return { kind: 'invalid', diagnostics: problems.all() };
  const wish = assemble(layers, { sections: controls, problems, variables });
  if (problems.hasErrors) return { kind: 'invalid', diagnostics: problems.all() };
  const show = ({ reference: one }: Layer): string => (one.kind === 'preset' ? one.name : one.path);
  const blueprint: Blueprint = {
    name: nameOf(own),
    path: reference.kind === 'preset' ? presets.path(reference.name) : reference.path,
    extends: layers.slice(0, -1).map(show),
    ...wish,
  };
  return { kind: 'loaded', blueprint, warnings: problems.warnings() };
}

type Wish = Pick<Blueprint, 'policies' | 'waivers' | 'variables' | 'inventory' | 'digest' | 'originOf'>;

interface AssembleOptions {
  readonly sections: readonly Section[];
  readonly problems: Problems;
  readonly variables: Readonly<Record<string, Json>>;
}

/** Makes one wish of all layers. What is wrong with it goes to `problems`. */
function assemble(layers: readonly Layer[], { sections, problems, variables }: AssembleOptions): Wish {
  const isPartial = problems.hasErrors;
  const merged = mergeLayers(layers, sections, problems);
  const inventory = readInventorySection({ root: merged, problems, isPartial });
  const root = substitute(merged, problems, variables);
  const settled = settleSections(root, sections, problems);
  const policies = new Map<string, unknown>();
  for (const { id, policy } of sections) {
    if (!settled.entries.has(id)) continue;
    policies.set(id, check(policy, { root: settled, at: [id], problems, isPartial }));
  }
  const waivers = check(waiverList, { root: settled, at: ['waivers'], problems, isPartial }) ?? [];
  return {
    policies,
    waivers: waivers.map((waiver, index) => placed(waiver, settled, index)),
    variables: namesOf(merged.entries.get('variables')?.value),
    ...(inventory !== undefined && { inventory }),
    digest: problems.hasErrors ? '' : digestOf(policies, waivers),
    originOf(keys) {
      const position = findNode(settled, keys)?.place.position();
      return position && { path: position.path, ...(position.line !== undefined && { line: position.line }) };
    },
  };
}

/** Lays the layers over each other; what `null` takes back is gone afterwards. */
function mergeLayers(layers: readonly Layer[], sections: readonly Section[], problems: Problems): MapNode {
  const keys = new Set([...sections.map(({ id }) => id), 'waivers', 'variables', INVENTORY_KEY]);
  let merged: MapNode | undefined;
  for (const layer of layers) {
    const tree = { ...layer.tree, entries: new Map([...layer.tree.entries].filter(([key]) => keys.has(key))) };
    for (const { path, entry, siblings } of vainNulls(merged, tree)) {
      const nearest = nearestName(path.at(-1) ?? '', siblings);
      const message = `${showPath(path)} takes nothing back: nothing that is extended sets it.`;
      const hint = nearest === undefined ? undefined : `Did you mean ${nearest}?`;
      problems.warn({ code: 'nothing-taken-back', message, hint, at: entry.key });
    }
    merged = merged === undefined ? tree : mergeMaps(merged, tree);
  }
  if (merged === undefined) throw new Error('a blueprint has at least one layer');
  return withoutTakenBack(merged);
}

function substitute(root: MapNode, problems: Problems, given: Readonly<Record<string, Json>>): MapNode {
  const entries = new Map(root.entries);
  const written = entries.get('variables')?.value;
  entries.delete('variables');
  entries.delete(INVENTORY_KEY);
  const own = written?.kind === 'map' ? readVariables(written, problems) : new Map();
  const variables = overrideVariables(own, given, problems);
  const substitution = new Substitution(variables, problems);
  const result = substitution.map({ ...root, entries });
  if (written?.kind !== 'map' || problems.hasErrors) return result;
  for (const [name, { key }] of written.entries) {
    if (substitution.used.has(name)) continue;
    problems.warn({ code: 'unused-variable', message: `The variable ${name} is used nowhere.`, at: key });
  }
  return result;
}

function settleSections(root: MapNode, sections: readonly Section[], problems: Problems): MapNode {
  const view = ([id = '', ...path]: Path): PlaceView => {
    const section = sections.find((one) => one.id === id);
    if (section === undefined || path.length === 0) return { keys: [], isContainer: true };
    return viewPlace(jsonSchemaOf(section.policy), path);
  };
  return settleEmpties(root, { path: [], view, problems });
}

function namesOf(variables: Node | undefined): readonly string[] {
  return variables?.kind === 'map' ? [...variables.entries.keys()].sort() : [];
}

type WaiverEntry = z.output<typeof waiverList>[number];

function placed(waiver: WaiverEntry, root: MapNode, index: number): Waiver {
  const position = findNode(root, ['waivers', index])?.place.position();
  if (position === undefined) return waiver;
  return { ...waiver, where: { path: position.path, ...(position.line !== undefined && { line: position.line }) } };
}

function digestOf(policies: ReadonlyMap<string, unknown>, waivers: readonly WaiverEntry[]): string {
  const json = canonicalJson({ policies: Object.fromEntries(policies), waivers });
  return `sha256:${createHash('sha256').update(json).digest('hex')}`;
}
