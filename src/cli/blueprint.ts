import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Blueprint, loadBlueprint, loadPreset } from '../blueprint/index.ts';
import { controls } from '../controls/index.ts';
import { FreeholdError } from '../core/error.ts';
import type { Json } from '../core/json.ts';
import { printDiagnostics } from './diagnostics.ts';

const LOCAL_BLUEPRINT = 'freehold.yaml';
const SYSTEM_BLUEPRINT = '/etc/freehold/freehold.yaml';
const DEFAULT_PRESET = 'baseline';

/**
 * Loads the blueprint that was asked for, or the one that lies at hand; throws `usage` with everything that is wrong with
 * it. `variables` are values that one machine has for the blueprint's own variables.
 */
export async function requireBlueprint(
  option: string | undefined,
  variables: Readonly<Record<string, Json>> = {},
): Promise<Blueprint> {
  const loaded = await load(option, variables);
  if (loaded.kind === 'invalid') throw new FreeholdError('usage', loaded.diagnostics);
  printDiagnostics(loaded.warnings);
  return loaded.blueprint;
}

function load(option: string | undefined, variables: Readonly<Record<string, Json>>): ReturnType<typeof loadBlueprint> {
  if (option !== undefined) {
    // A plain word that is no file was meant as a preset, if perhaps misspelled.
    const isPreset = /^[a-z-]+$/i.test(option) && !existsSync(option);
    return isPreset ? loadPreset({ name: option, controls }) : loadBlueprint({ path: option, controls, variables });
  }
  const path = [LOCAL_BLUEPRINT, SYSTEM_BLUEPRINT].find((candidate) => existsSync(candidate));
  if (path !== undefined) return loadBlueprint({ path, controls, variables });
  process.stderr.write(
    `There is no ${LOCAL_BLUEPRINT} here: auditing with the preset ${DEFAULT_PRESET}. \`freehold init\` writes one of your own.\n`,
  );
  return loadPreset({ name: DEFAULT_PRESET, controls });
}
