import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Blueprint, loadBlueprint, loadPreset } from '../blueprint/index.ts';
import { controls } from '../controls/index.ts';
import { FreeholdError } from '../core/error.ts';
import type { Json } from '../core/json.ts';
import { printDiagnostics } from './diagnostics.ts';
import { withSources } from './sources.ts';

const LOCAL_BLUEPRINT = 'freehold.yaml';
const SYSTEM_BLUEPRINT = '/etc/freehold/freehold.yaml';
/** Where a blueprint is looked for that nobody named; the first counts. */
export const BLUEPRINTS_AT_HAND: readonly string[] = [LOCAL_BLUEPRINT, SYSTEM_BLUEPRINT];
const DEFAULT_PRESET = 'baseline';

export interface BlueprintOptions {
  /** Values that one machine has for the blueprint's own variables. */
  readonly variables?: Readonly<Record<string, Json>>;
  /** Where there is no blueprint at hand; a command that has one of its own need not say so. */
  readonly preset?: string;
}

/** Loads the blueprint that was asked for, or the one that lies at hand; throws `usage` with everything that is wrong with it. */
export async function requireBlueprint(
  option: string | undefined,
  { variables = {}, preset = DEFAULT_PRESET }: BlueprintOptions = {},
): Promise<Blueprint> {
  const loaded = await load(option, { variables, preset });
  if (loaded.kind === 'invalid') throw new FreeholdError('usage', loaded.diagnostics);
  printDiagnostics(loaded.warnings);
  return withSources(loaded.blueprint);
}

function load(
  option: string | undefined,
  { variables, preset }: Required<BlueprintOptions>,
): ReturnType<typeof loadBlueprint> {
  if (option !== undefined) {
    // A plain word that is no file was meant as a preset, if perhaps misspelled.
    const isPreset = /^[a-z-]+$/i.test(option) && !existsSync(option);
    return isPreset ? loadPreset({ name: option, controls }) : loadBlueprint({ path: option, controls, variables });
  }
  const path = BLUEPRINTS_AT_HAND.find((candidate) => existsSync(candidate));
  if (path !== undefined) return loadBlueprint({ path, controls, variables });
  if (preset === DEFAULT_PRESET) {
    process.stderr.write(
      `There is no ${LOCAL_BLUEPRINT} here: auditing with the preset ${DEFAULT_PRESET}. \`freehold init\` writes one of your own.\n`,
    );
  }
  return loadPreset({ name: preset, controls });
}
