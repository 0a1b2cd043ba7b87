export type { Blueprint } from './blueprint.ts';
export { blueprintJsonSchema } from './json-schema.ts';
export { loadBlueprint, loadPreset } from './load.ts';
export { isPresetName } from './preset-shelf.ts';
export { starterBlueprint } from './starter.ts';
export { matchWaivers } from './waivers.ts';
