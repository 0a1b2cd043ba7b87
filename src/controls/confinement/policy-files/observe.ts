import { isIgnoredName } from '../../../apparmor/ignored-name.ts';
import { compareBytes, toText } from '../../../core/byte-text.ts';
import type { Host, ListResult } from '../../../host/host.ts';
import type { PolicyFile, PolicyFiles, PolicyLink } from '../state.ts';
import { latin1 } from '../text.ts';

/** Where apparmor_parser(8) has its profiles by default. */
const POLICY_FOLDER = '/etc/apparmor.d';

const DISABLE = `${POLICY_FOLDER}/disable`;
const FORCE_COMPLAIN = `${POLICY_FOLDER}/force-complain`;
/** The largest that Debian ships has some 30 KB. */
const LIMIT_BYTES = 1024 * 1024;
const MS_PER_SECOND = 1000;
const TIMEOUT_MS = 30_000;

/** The files whose profiles are loaded at boot, with the links that switch them off or into complain mode. */
export async function observePolicyFiles(host: Host): Promise<PolicyFiles> {
  const [folder, disabled, forced] = await Promise.all([
    host.list(POLICY_FOLDER),
    linksOf(host, DISABLE),
    linksOf(host, FORCE_COMPLAIN),
  ]);
  const paths = namesOf(folder)
    .filter((name) => !isIgnoredName(name))
    .map((name) => `${POLICY_FOLDER}/${name}`);
  const links = [...disabled.links.values(), ...forced.links.values()].map(({ path }) => path);
  const [reads, times] = await Promise.all([
    Promise.all(paths.map(async (path) => ({ path, result: await host.read(path, { limitBytes: LIMIT_BYTES }) }))),
    changeTimes(host, [...paths, ...links]),
  ]);
  const files = reads.flatMap(({ path, result }): readonly PolicyFile[] => {
    if (result.kind !== 'content') return [];
    const name = path.slice(POLICY_FOLDER.length + 1);
    const [disabledBy, forcedBy] = [disabled.links.get(name), forced.links.get(name)];
    const changed = [path, ...(forcedBy === undefined ? [] : [forcedBy.path])].map((one) => times.get(one));
    const known = changed.filter((time) => time !== undefined);
    return [
      {
        path,
        text: latin1(result.bytes),
        ...(disabledBy !== undefined && { disabledBy }),
        ...(forcedBy !== undefined && { forcedBy }),
        ...(known.length === changed.length && { changedAtMs: Math.max(...known) }),
      },
    ];
  });
  const unread = reads.flatMap(({ result }) => (result.kind === 'unreadable' ? [result.message] : []));
  const unlisted = folder.kind === 'unreadable' ? [folder.message] : [];
  return {
    files: files.sort((a, b) => compareBytes(a.path, b.path)),
    problems: [...unlisted, ...disabled.problems, ...forced.problems, ...unread].sort(),
  };
}

interface Links {
  readonly links: ReadonlyMap<string, PolicyLink>;
  readonly problems: readonly string[];
}

async function linksOf(host: Host, folder: string): Promise<Links> {
  const listing = await host.list(folder);
  const links = await Promise.all(
    namesOf(listing, 'all').map(async (name): Promise<readonly [string, PolicyLink]> => {
      const path = `${folder}/${name}`;
      const stat = await host.stat(path);
      return [name, { path, ...(stat.kind === 'stat' && stat.target !== undefined && { target: stat.target }) }];
    }),
  );
  return { links: new Map(links), problems: listing.kind === 'unreadable' ? [listing.message] : [] };
}

function namesOf(listing: ListResult, which: 'files' | 'all' = 'files'): readonly string[] {
  if (listing.kind !== 'entries') return [];
  return listing.entries
    .filter(({ type }) => which === 'all' || type === 'file' || type === 'symlink')
    .map(({ name }) => name);
}

/**
 * When files were changed last. The time of change (ctime) can't be set by who unpacks a package, as that of modification can.
 * An image has none that means anything.
 */
async function changeTimes(host: Host, paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  if (!host.facts.isRunning || paths.length === 0) return times;
  const result = await host.run(['stat', '-c', '%Z %n', '--', ...paths], { timeoutMs: TIMEOUT_MS });
  for (const line of 'stdout' in result ? latin1(result.stdout).split('\n') : []) {
    const [, seconds, path] = /^([0-9]{1,12}) (.+)$/.exec(line) ?? [];
    if (seconds !== undefined && path !== undefined) times.set(toText(path) ?? path, Number(seconds) * MS_PER_SECOND);
  }
  return times;
}
