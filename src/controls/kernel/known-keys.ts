import {
  bootKnowledge,
  bootNames,
  moduleKnowledge,
  moduleNames,
  sysctlKeys,
  sysctlKnowledge,
} from './catalogue/index.ts';
import type { Knowledge } from './catalogue/knowledge.ts';

/** The keys of the catalogue by the place in a blueprint where they may stand; an interface's keys as `all` and `default`. */
export function kernelKnownKeys(): readonly {
  readonly place: readonly string[];
  readonly keys: ReadonlyMap<string, string>;
}[] {
  const sysctls = sysctlKeys().flatMap((key) =>
    key.includes('*') ? ['all', 'default'].map((scope) => key.replace('*', scope)) : [key],
  );
  const parameters = describe(bootNames(), bootKnowledge);
  return [
    { place: ['kernel', 'sysctl'], keys: describe(sysctls, sysctlKnowledge) },
    { place: ['kernel', 'boot', 'required'], keys: parameters },
    { place: ['kernel', 'boot', 'forbidden'], keys: parameters },
    { place: ['kernel', 'modules'], keys: describe(moduleNames(), moduleKnowledge) },
  ];
}

function describe(
  names: readonly string[],
  knowledgeOf: (name: string) => Knowledge | undefined,
): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, knowledgeOf(name)?.what ?? '']));
}
