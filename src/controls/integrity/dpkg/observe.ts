import { plural } from '../../../core/describe.ts';
import type { Host, ListResult, ReadResult } from '../../../host/host.ts';
import { type Diversion, parseDiversions } from './diversions.ts';
import { parseFileList } from './file-list.ts';
import { type Md5sums, parseMd5sums } from './md5sums.ts';
import { CONFIGURATION_NAME, parsePathRules, type PathRule } from './path-filter.ts';
import { type InstalledPackage, parseStatus } from './status.ts';

const DATABASE = '/var/lib/dpkg';
const CONFIGURATION = '/etc/dpkg/dpkg.cfg';
/** A machine with ten thousand packages has some ten megabytes. */
const LIMITS = { limitBytes: 64 * 1024 * 1024 } as const;
/** What reads as this was no UTF-8, and can't be asked for by its name. */
const NO_UTF8 = '\uFFFD';

/** What dpkg knows of the packages it has installed. */
export interface DpkgDatabase {
  readonly kind: 'database';
  readonly packages: readonly ListedPackage[];
  readonly diversions: ReadonlyMap<string, Diversion>;
  readonly pathRules: readonly PathRule[];
  /** What could not be read of it as a whole, one sentence each. */
  readonly problems: readonly string[];
}

export interface ListedPackage extends InstalledPackage {
  /** Every path that dpkg says is of this package, folders too. */
  readonly paths: readonly string[];
  /** `undefined` where the package brought none. */
  readonly sums: Md5sums | undefined;
  /** What could not be read, one sentence each. */
  readonly problems: readonly string[];
}

/** Why there is no database; not every machine has Debian's package manager. */
export interface NoDatabase {
  readonly kind: 'none';
  readonly outcome: 'unknown' | 'not-applicable';
  readonly reason: string;
}

export type Dpkg = DpkgDatabase | NoDatabase;

/** Reads dpkg's database in two round trips, without running dpkg. */
export async function observeDpkg(host: Host): Promise<Dpkg> {
  const [status, folder, info, diversions, rules] = await Promise.all([
    host.read(`${DATABASE}/status`, LIMITS),
    host.list(`${DATABASE}/status.d`),
    host.list(`${DATABASE}/info`),
    host.read(`${DATABASE}/diversions`, LIMITS),
    observeRules(host),
  ]);
  if (status.kind === 'unreadable') return { kind: 'none', outcome: 'unknown', reason: status.message };
  if (status.kind === 'missing') return without(folder);
  const { packages, unreadCount } = parseStatus(textOf(status.bytes));
  const names = new Set(info.kind === 'entries' ? info.entries.map(({ name }) => name) : []);
  if (packages.length === 0 && unreadCount === 0)
    return withoutPackages([...names].filter((name) => name.endsWith('.list')).length);
  const listed = await Promise.all(packages.map((one) => observePackage(host, one, names)));
  return {
    kind: 'database',
    packages: listed,
    diversions: diversions.kind === 'content' ? parseDiversions(textOf(diversions.bytes)) : new Map(),
    pathRules: rules.rules,
    problems: [
      ...(unreadCount === 0 ? [] : [`${DATABASE}/status: ${plural(unreadCount, 'stanza')} could not be understood`]),
      ...(info.kind === 'entries' ? [] : [info.kind === 'unreadable' ? info.message : `there is no ${DATABASE}/info`]),
      ...(diversions.kind === 'unreadable' ? [diversions.message] : []),
      ...rules.problems,
    ],
  };
}

/** Images of Bazel's rules for distroless have a folder instead, and lists in a form of their own. */
function without(folder: ListResult): NoDatabase {
  return folder.kind === 'missing'
    ? {
        kind: 'none',
        outcome: 'not-applicable',
        reason: `there is no ${DATABASE}/status: nothing is installed by dpkg`,
      }
    : {
        kind: 'none',
        outcome: 'unknown',
        reason: `there is ${DATABASE}/status.d, which no dpkg keeps; it is not read`,
      };
}

/** A status that names nobody says nothing of the files that dpkg has lists of. */
function withoutPackages(lists: number): NoDatabase {
  const none = `${DATABASE}/status names no package whose files are there`;
  return lists === 0
    ? { kind: 'none', outcome: 'not-applicable', reason: none }
    : {
        kind: 'none',
        outcome: 'unknown',
        reason: `${none}, and ${DATABASE}/info has lists of files of ${String(lists)}`,
      };
}

async function observePackage(host: Host, one: InstalledPackage, names: ReadonlySet<string>): Promise<ListedPackage> {
  // pkg_infodb_get_file() of dpkg's lib/dpkg/infodb: with the architecture where several can be installed at once.
  const stem = [one.label, one.name].find((name) => names.has(`${name}.list`)) ?? one.label;
  const [list, sums] = await Promise.all([
    host.read(`${DATABASE}/info/${stem}.list`, LIMITS),
    names.has(`${stem}.md5sums`) ? host.read(`${DATABASE}/info/${stem}.md5sums`, LIMITS) : undefined,
  ]);
  const problems = [
    ...(list.kind === 'missing' ? [`there is no ${DATABASE}/info/${stem}.list`] : []),
    ...[list, sums].flatMap((result) => (result?.kind === 'unreadable' ? [result.message] : [])),
  ];
  const paths = parseFileList(contentOf(list));
  const parsed = sums?.kind === 'content' ? parseMd5sums(textOf(sums.bytes)) : undefined;
  if (parsed !== undefined && parsed.badLines.length > 0) {
    problems.push(`${DATABASE}/info/${stem}.md5sums: no digest and path in line ${parsed.badLines.join(', ')}`);
  }
  const odd = paths.filter((path) => path.includes(NO_UTF8)).length;
  if (odd > 0) problems.push(`${String(odd)} of its names are no UTF-8 and can't be looked at`);
  const known = paths.filter((path) => !path.includes(NO_UTF8));
  const files = parsed && { ...parsed, files: parsed.files.filter(({ path }) => !path.includes(NO_UTF8)) };
  return { ...one, paths: known, sums: files, problems };
}

interface Rules {
  readonly rules: readonly PathRule[];
  readonly problems: readonly string[];
}

/** The folder first, then the file: later options win (dpkg(1), FILES). */
async function observeRules(host: Host): Promise<Rules> {
  const [folder, own] = await Promise.all([host.list(`${CONFIGURATION}.d`), host.read(CONFIGURATION)]);
  const names = folder.kind === 'entries' ? folder.entries.map(({ name }) => name) : [];
  const files = await Promise.all(
    names.filter((name) => CONFIGURATION_NAME.test(name)).map((name) => host.read(`${CONFIGURATION}.d/${name}`)),
  );
  const all = [...files, own];
  return {
    rules: all.flatMap((one) => (one.kind === 'content' ? parsePathRules(textOf(one.bytes)) : [])),
    problems: [folder, ...all].flatMap((one) => (one.kind === 'unreadable' ? [one.message] : [])),
  };
}

function contentOf(result: ReadResult): string {
  return result.kind === 'content' ? textOf(result.bytes) : '';
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
