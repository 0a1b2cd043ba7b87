import type { Host, StatResult } from '../../../host/host.ts';
import type { Dpkg } from '../dpkg/observe.ts';
import { type Aliases, aliasTarget, MERGED_FOLDERS, merged, ownedPaths } from '../dpkg/owned.ts';
import type { UnownedPolicy } from './policy.ts';
import { sortOut } from './sort-out.ts';
import type { UnownedState } from './state.ts';

/** Looks for what is of no package: one search, and a look at what it found. */
export async function observeUnowned(host: Host, { paths }: UnownedPolicy, dpkg: Promise<Dpkg>): Promise<UnownedState> {
  const [database, roots] = await Promise.all([
    dpkg,
    Promise.all(MERGED_FOLDERS.map(async (folder) => ({ folder, stat: await host.stat(folder) }))),
  ]);
  if (database.kind === 'none') return database;
  const aliases: Aliases = new Map(
    roots.flatMap(({ folder, stat }) => {
      const target = stat.kind === 'stat' ? aliasTarget(folder, stat.target) : undefined;
      return target === undefined ? [] : [[folder, target] as const];
    }),
  );
  // A folder that lies in another one, or is another one by a link of the root, is searched once.
  const below = outermost(paths.map((path) => merged(path, aliases)));
  const found =
    below.length === 0
      ? ({ kind: 'found', paths: [], unlisted: [] } as const)
      : await host.find({ below, names: ['*'], closed: [], without: [] });
  if (found.kind === 'unreadable') {
    return { kind: 'searched', found: [], searched: 0, made: {}, problems: [found.message] };
  }
  const owned = ownedPaths(database, aliases);
  const sorted = sortOut(found.paths, owned);
  const stats = await statAll(host, sorted.tops);
  const known = sorted.describe(stats);
  return {
    kind: 'searched',
    found: known.found,
    searched: found.paths.length,
    made: known.made,
    problems: [
      ...database.problems,
      ...database.packages.flatMap((one) => one.problems),
      ...found.unlisted.map((path) => `${path} could not be looked into`),
      ...known.problems,
    ],
  };
}

function outermost(paths: readonly string[]): readonly string[] {
  const all = [...new Set(paths.map((path) => (path === '/' ? path : path.replace(/\/+$/, ''))))].toSorted();
  const isIn = (path: string, folder: string): boolean =>
    path !== folder && (folder === '/' || path.startsWith(`${folder}/`));
  return all.filter((path) => !all.some((folder) => isIn(path, folder)));
}

async function statAll(host: Host, paths: readonly string[]): Promise<readonly StatResult[]> {
  const { direct } = host;
  return direct === undefined
    ? Promise.all(paths.map((path) => host.stat(path)))
    : paths.map((path) => direct.stat(path));
}
