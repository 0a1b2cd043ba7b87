export type { Blueprint } from './blueprint.ts';
export { blueprintJsonSchema } from './json-schema.ts';
export { loadBlueprint, loadPreset } from './load.ts';
export { starterBlueprint } from './starter.ts';
export { matchWaivers } from './waivers.ts';
