export { bootKnowledge, bootNames, moduleKnowledge, moduleNames, sysctlKeys, sysctlKnowledge } from './lookup.ts';
export { neededOptions } from './needed-options.ts';
