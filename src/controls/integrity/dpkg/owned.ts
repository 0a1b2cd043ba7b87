import type { DpkgDatabase } from './observe.ts';

/** Where a folder of the root leads that is a link since /usr was merged: `/bin` → `/usr/bin`. */
export type Aliases = ReadonlyMap<string, string>;

/** Folders that packages name with and without /usr (Debian policy manual, 10.1; https://wiki.debian.org/UsrMerge). */
export const MERGED_FOLDERS: readonly string[] = ['/bin', '/lib', '/lib32', '/lib64', '/libo32', '/libx32', '/sbin'];

/** A link of the root that is there because /usr was merged; other targets are somebody else's idea. */
export function aliasTarget(folder: string, target: string | undefined): string | undefined {
  return target === `usr${folder}` || target === `/usr${folder}` ? `/usr${folder}` : undefined;
}

/** A path as it is without the links of the root. */
export function merged(path: string, aliases: Aliases): string {
  const end = path.indexOf('/', 1);
  const first = end < 0 ? path : path.slice(0, end);
  const target = aliases.get(first);
  return target === undefined ? path : `${target}${path.slice(first.length)}`;
}

/** Every path that is of a package, diverted ones under both their names. */
export function ownedPaths({ packages, diversions }: DpkgDatabase, aliases: Aliases): ReadonlySet<string> {
  const owned = new Set<string>();
  for (const { paths, conffiles } of packages) {
    for (const path of paths) owned.add(merged(path, aliases));
    for (const { path } of conffiles) owned.add(merged(path, aliases));
  }
  for (const [from, { to }] of diversions) {
    if (owned.has(merged(from, aliases))) owned.add(merged(to, aliases));
  }
  return owned;
}
