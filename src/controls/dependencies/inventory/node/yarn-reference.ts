import type { NamedReference } from './npm-text.ts';
import { originOf, withoutSecrets } from './origin.ts';

const REGISTRY = 'npm:';
const PATCH = 'patch:';
const ARCHIVE = '__archiveUrl';
/** Yarn's own patches, which make a package work with it and change nothing else. */
const BUILT_IN = /#(?:optional!|~)*builtin</;
const PARAMETERS = '::';

/**
 * Where an entry of Yarn 2 and later comes from; `undefined` for the registry. Source: structUtils.parseRange() of @yarnpkg/core;
 * the resolvers of plugin-npm, plugin-patch, plugin-git, plugin-file and plugin-link.
 */
export function referenceOrigin({ name, reference }: NamedReference): string | undefined {
  const at = reference.indexOf(PARAMETERS);
  const bare = at < 0 ? reference : reference.slice(0, at);
  if (bare.startsWith(PATCH) && BUILT_IN.test(bare)) return undefined;
  if (!bare.startsWith(REGISTRY)) return withoutSecrets(bare);
  const parameters = new URLSearchParams(at < 0 ? '' : reference.slice(at + PARAMETERS.length));
  return originOf(parameters.get(ARCHIVE) ?? undefined, name);
}
