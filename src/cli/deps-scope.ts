import { isAbsolute, resolve } from 'node:path';
import type { Blueprint } from '../blueprint/index.ts';
import { dependencies } from '../controls/dependencies/index.ts';
import { dependenciesPolicy, type DependenciesPolicy } from '../controls/dependencies/policy.ts';
import { FreeholdError } from '../core/error.ts';
import type { Host } from '../host/host.ts';
import { requireBlueprint } from './blueprint.ts';

/** What a command on dependencies looks at. */
export interface ScopeOptions {
  readonly blueprint?: string;
  /** Folders that are looked into instead of the whole machine. */
  readonly in?: readonly string[];
}

export interface DependenciesWish {
  readonly blueprint: Blueprint;
  readonly policy: DependenciesPolicy;
}

/** The blueprint's section, or the preset's. */
export async function loadDependenciesWish({ blueprint }: ScopeOptions): Promise<DependenciesWish> {
  const loaded = await requireBlueprint(blueprint, { preset: 'dependencies' });
  // A waiver for another domain isn't idle because that domain isn't looked at.
  const waivers = loaded.waivers.filter(({ finding }) => /^(?:dependencies\/|\*)/.test(finding));
  const policy = dependenciesPolicy.parse(loaded.policies.get(dependencies.id) ?? {});
  return withPolicy({ ...loaded, waivers }, policy);
}

/** Where a command works on another machine, this one's current folder means nothing there. */
export function scopeOf(address: string, { in: folders = [] }: ScopeOptions): readonly string[] {
  const relative = address === 'local' ? undefined : folders.find((folder) => !isAbsolute(folder));
  if (relative === undefined) return folders.map((folder) => resolve(folder));
  const message = `${relative} is a folder of ${address}, and must be named from the root on.`;
  throw new FreeholdError('usage', [{ code: 'deps/folder', level: 'error', message, hint: 'Begin it with a slash.' }]);
}

/** The same wish for some folders alone, where some are named. Throws `usage` for one that isn't there. */
export async function narrowed(
  { blueprint, policy }: DependenciesWish,
  scope: readonly string[],
  host: Host,
): Promise<DependenciesWish> {
  for (const folder of scope) if ((await host.list(folder)).kind === 'missing') throw noFolder(folder);
  if (scope.length === 0) return { blueprint, policy };
  return withPolicy(blueprint, { ...policy, search: [...scope], projects: [...scope] });
}

function withPolicy(blueprint: Blueprint, policy: DependenciesPolicy): DependenciesWish {
  return { blueprint: { ...blueprint, policies: new Map([[dependencies.id, policy]]) }, policy };
}

function noFolder(folder: string): FreeholdError {
  const message = `There is no folder ${folder}.`;
  const hint = 'Name one that is there with --in, or leave it out to look everywhere.';
  return new FreeholdError('usage', [{ code: 'deps/folder', level: 'error', message, hint }]);
}
