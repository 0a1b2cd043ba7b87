import { placeOf } from '../dpkg/diversions.ts';
import type { DpkgDatabase, ListedPackage } from '../dpkg/observe.ts';

/** What should be there of one package, by where it really lies. */
export interface Expected {
  readonly package: ListedPackage;
  readonly files: readonly ExpectedFile[];
  readonly conffiles: readonly ExpectedFile[];
  /** Paths without a digest: folders, links, and files that nobody took a digest of. */
  readonly others: readonly string[];
}

export interface ExpectedFile {
  readonly path: string;
  readonly md5: string;
}

/** Says of every package which files it has; of a file that another package has taken over, only that one answers. */
export function expectedOf({ packages, diversions }: DpkgDatabase): readonly Expected[] {
  const listed = new Set(packages.flatMap(({ paths }) => paths));
  return packages.map((one): Expected => {
    const own = new Set(one.paths);
    const place = (path: string): string => placeOf(path, one.name, diversions);
    const conffiles = new Set(one.conffiles.map(({ path }) => path));
    const digested = new Set<string>();
    const files: ExpectedFile[] = [];
    for (const { path, md5 } of one.sums?.files ?? []) {
      // What is listed as a configuration file is there to be changed, even where its package took a digest (debsums).
      if (conffiles.has(path) || digested.has(path)) continue;
      digested.add(path);
      // "Replaces": dpkg takes the file off the older package's list and leaves the digests alone (deb-control(5)).
      const isTaken = !own.has(path) && listed.has(path);
      if (!isTaken) files.push({ path: place(path), md5 });
    }
    return {
      package: one,
      files,
      conffiles: one.conffiles.flatMap(({ path, md5 }) => (md5 === undefined ? [] : [{ path: place(path), md5 }])),
      others: one.paths.filter((path) => !digested.has(path) && !conffiles.has(path)).map(place),
    };
  });
}
