import type { Place } from '../../state.ts';
import type { InventoryProblem, Package } from '../package.ts';
import type { InstalledPackage } from './installed.ts';

/** Puts the packages of one node_modules together, each with those that Node would find for it. */
export function nodePlace(
  folder: string,
  installed: readonly InstalledPackage[],
  problems: readonly InventoryProblem[],
): Place {
  const found = installed.flatMap((one) => (one.kind === 'package' ? [one] : []));
  const byFolder = new Map(found.map((one) => [folderOf(one.package), one.package]));
  return {
    kind: 'node-modules',
    path: folder,
    packages: found
      .map(({ package: one, needs }) => {
        const requires = needs.flatMap((name) => resolve(name, folderOf(one), byFolder)?.key ?? []);
        return { ...one, requires: [...new Set(requires)].sort() };
      })
      .sort((a, b) => (a.where.path < b.where.path ? -1 : 1)),
    problems: [...problems, ...installed.flatMap((one) => (one.kind === 'problem' ? [one.problem] : []))],
  };
}

/** "Loading from node_modules folders" of https://nodejs.org/api/modules.html: the nearest one upwards. */
function resolve(name: string, from: string, byFolder: ReadonlyMap<string, Package>): Package | undefined {
  for (let folder = from; folder !== ''; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const one = folder.endsWith('/node_modules') ? undefined : byFolder.get(`${folder}/node_modules/${name}`);
    if (one !== undefined) return one;
  }
  return undefined;
}

function folderOf({ where }: Package): string {
  return where.path.slice(0, where.path.lastIndexOf('/'));
}
