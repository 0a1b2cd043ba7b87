import { dirname, resolve } from 'node:path';
import type { Blueprint } from '../blueprint/index.ts';
import { dependenciesPolicy } from '../controls/dependencies/policy.ts';

const SECTION = 'dependencies';

/**
 * The same blueprint with the sources of advisories as the index knows them: paths from the root on, taken from the folder of
 * the very file that names them, and addresses as they are asked for. What it says of itself (its digest) stays as written.
 */
export function withSources(blueprint: Blueprint): Blueprint {
  const section = blueprint.policies.get(SECTION);
  if (section === undefined) return blueprint;
  const policy = dependenciesPolicy.parse(section);
  if (policy.sources.length === 0) return blueprint;
  const sources = policy.sources.map((source, index) => {
    if (isAddress(source)) return URL.canParse(source) ? new URL(source).href : source;
    const { path } = blueprint.originOf([SECTION, 'sources', index]) ?? blueprint;
    return resolve(dirname(path), source);
  });
  return { ...blueprint, policies: new Map([...blueprint.policies, [SECTION, { ...policy, sources }]]) };
}

/** The sources that a blueprint names. */
export function sourcesOf({ policies }: Blueprint): readonly string[] {
  return dependenciesPolicy.parse(policies.get(SECTION) ?? {}).sources;
}

function isAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}
