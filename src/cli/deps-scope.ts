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
  /** Folders and files that are looked into instead of the whole machine. */
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
export function scopeOf(address: string, { in: paths = [] }: ScopeOptions): readonly string[] {
  const relative = address === 'local' ? undefined : paths.find((path) => !isAbsolute(path));
  if (relative === undefined) return paths.map((path) => resolve(path));
  const message = `${relative} lies on ${address}, and must be named from the root on.`;
  throw new FreeholdError('usage', [{ code: 'deps/folder', level: 'error', message, hint: 'Begin it with a slash.' }]);
}

/** The same wish for some folders and files alone, where some are named. Throws `usage` for one that isn't there. */
export async function narrowed(
  { blueprint, policy }: DependenciesWish,
  scope: readonly string[],
  host: Host,
): Promise<DependenciesWish> {
  if (scope.length === 0) return { blueprint, policy };
  const kinds = await Promise.all(scope.map(async (path) => ({ path, kind: await kindOf(path, host) })));
  const absent = kinds.find(({ kind }) => kind === 'absent');
  if (absent !== undefined) throw nothingAt(absent.path);
  const files = kinds.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const folders = kinds.filter(({ kind }) => kind === 'folder').map(({ path }) => path);
  return withPolicy(blueprint, { ...policy, search: folders, projects: folders, files });
}

/** A file can't be listed, and is as good as missing there. */
async function kindOf(path: string, host: Host): Promise<'folder' | 'file' | 'absent'> {
  const [listing, stat] = await Promise.all([host.list(path), host.stat(path)]);
  if (listing.kind === 'entries') return 'folder';
  if (stat.kind === 'missing') return 'absent';
  return stat.kind === 'stat' && stat.type !== 'directory' ? 'file' : 'folder';
}

function withPolicy(blueprint: Blueprint, policy: DependenciesPolicy): DependenciesWish {
  return { blueprint: { ...blueprint, policies: new Map([[dependencies.id, policy]]) }, policy };
}

function nothingAt(path: string): FreeholdError {
  const message = `There is no folder or file ${path}.`;
  const hint = 'Name one that is there with --in, or leave it out to look everywhere.';
  return new FreeholdError('usage', [{ code: 'deps/folder', level: 'error', message, hint }]);
}
