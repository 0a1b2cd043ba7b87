import type { Host } from '../../../host/host.ts';
import { APT, readByApt } from './apt-files.ts';
import { settle } from './apt-settings.ts';
import { observeConfiguration } from './configuration/observe.ts';
import { parseDeb822Sources } from './deb822-sources.ts';
import { listName, releaseBase } from './list-name.ts';
import { parseOneLineSources } from './one-line-sources.ts';
import { observeKeyrings } from './release/keyring/observe.ts';
import { observeRelease } from './release/observe.ts';
import type { ParsedSources, SourceEntry, SourceProblem } from './source-entry.ts';
import type { ObservedSource, RepositoriesState } from './state.ts';

export interface RepositoriesSurroundings {
  readonly now: Date;
  /** Shorter RSA and DSA keys don't count. */
  readonly minimumRsaBits: number;
}

/** dpkg's names of what `uname -m` says (dpkg-architecture(1)), for `$(ARCH)` in an entry. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'armhf',
  i686: 'i386',
  ppc64le: 'ppc64el',
  riscv64: 'riscv64',
  s390x: 's390x',
};

/** Reads what apt is told of repositories, and what it has fetched of them. */
export async function observeRepositories(
  host: Host,
  { now, minimumRsaBits }: RepositoriesSurroundings,
): Promise<RepositoriesState> {
  const [configuration, sources, lists] = await Promise.all([
    observeConfiguration(host),
    observeSources(host),
    host.list(APT.lists),
  ]);
  if (sources === undefined) return { kind: 'no-apt', reason: 'there is no apt on this machine: no /etc/apt' };
  const names = new Set(lists.kind === 'entries' ? lists.entries.map(({ name }) => name) : []);
  const listing = lists.kind === 'unreadable' ? lists.message : undefined;
  const ids = uniqueIds(sources.entries);
  const observed = await Promise.all(
    sources.entries.map(async (entry, index): Promise<ObservedSource> => {
      const keyrings = await observeKeyrings(host, entry, { at: now, minimumRsaBits });
      const release = await observeRelease(host, entry, { names, listing, trust: keyrings.trust, at: now });
      return { id: ids[index] ?? '', entry, keyring: keyrings.keyring, release };
    }),
  );
  const problems = [...configuration.problems, ...sources.problems];
  return {
    kind: 'apt',
    settings: settle(configuration.directives),
    sources: observed,
    problems,
    now: now.toISOString(),
  };
}

/** `undefined` where there is no apt at all. */
async function observeSources(host: Host): Promise<ParsedSources | undefined> {
  const architecture = ARCHITECTURES[host.facts.architecture] ?? host.facts.architecture;
  const [main, parts, folder] = await Promise.all([
    host.read(APT.sources),
    host.list(APT.sourceParts),
    host.stat('/etc/apt'),
  ]);
  if (folder.kind === 'missing') return undefined;
  const problems: SourceProblem[] = [];
  if (parts.kind === 'unreadable') problems.push({ where: { path: APT.sourceParts }, message: parts.message });
  const names = parts.kind === 'entries' ? parts.entries.map(({ name }) => name) : [];
  const files = await Promise.all([
    Promise.resolve({ path: APT.sources, file: main }),
    ...readByApt(names, ['.list', '.sources']).map(async (name) => {
      const path = `${APT.sourceParts}/${name}`;
      return { path, file: await host.read(path) };
    }),
  ]);
  const entries: SourceEntry[] = [];
  for (const { path, file } of files) {
    if (file.kind === 'unreadable') problems.push({ where: { path }, message: file.message });
    if (file.kind !== 'content') continue;
    const parse = path.endsWith('.sources') ? parseDeb822Sources : parseOneLineSources;
    const parsed = parse(new TextDecoder().decode(file.bytes), path, architecture);
    entries.push(...parsed.entries);
    problems.push(...parsed.problems);
  }
  return { entries, problems };
}

/** The name that apt gives a repository's files, with a number where several entries are about one. */
function uniqueIds(entries: readonly SourceEntry[]): readonly string[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const name = listName(releaseBase(entry)).replace(/_$/, '');
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${String(count)}`;
  });
}
