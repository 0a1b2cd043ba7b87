import type { DigestResult, Host, StatResult } from '../../../host/host.ts';
import type { Dpkg } from '../dpkg/observe.ts';
import { comparePackage, type Seen } from './compare.ts';
import { type Expected, type ExpectedFile, expectedOf } from './expect.ts';
import type { PackagesState } from './state.ts';

/** Digests every file of every package where it lies, and holds it against what was shipped. */
export async function observePackages(host: Host, dpkg: Promise<Dpkg>): Promise<PackagesState> {
  const database = await dpkg;
  if (database.kind === 'none') return database;
  const expected = expectedOf(database);
  const seen = await look(host, expected);
  return {
    kind: 'compared',
    packages: expected.map((one) => comparePackage(one, seen, database.pathRules)),
    problems: database.problems,
  };
}

async function look(host: Host, expected: readonly Expected[]): Promise<Seen> {
  const wanted = expected.flatMap(({ files, conffiles }): readonly ExpectedFile[] => [...files, ...conffiles]);
  const paths = [...new Set(wanted.map(({ path }) => path))];
  const results = await host.digest(paths, 'md5');
  const digests = new Map(paths.map((path, index): [string, DigestResult | undefined] => [path, results[index]]));
  const folders = foldersOf(paths.filter((path) => digests.get(path)?.kind === 'digest'));
  const others = expected.flatMap((one) => one.others).filter((path) => !folders.has(path));
  const undigested = paths.filter((path) => digests.get(path)?.kind !== 'digest');
  return { digests, folders, stats: await statAll(host, [...new Set([...others, ...undigested])]) };
}

/** What a file lies in is there, and needs no look. */
function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

async function statAll(host: Host, paths: readonly string[]): Promise<ReadonlyMap<string, StatResult>> {
  const { direct } = host;
  const stats = direct === undefined ? await Promise.all(paths.map((path) => host.stat(path))) : undefined;
  return new Map(
    paths.flatMap((path, index) => {
      const stat = stats === undefined ? direct?.stat(path) : stats[index];
      return stat === undefined ? [] : [[path, stat] as const];
    }),
  );
}
