import type { FindQuestion } from '../../../host/host.ts';
import type { DependenciesPolicy } from '../policy.ts';

/** What is read from the file of one name. */
export type FileFormat =
  | 'package-lock'
  | 'pnpm-lock'
  | 'yarn-lock'
  | 'requirements'
  | 'poetry-lock'
  | 'pipfile-lock'
  | 'uv-lock'
  | 'pdm-lock'
  | 'pylock'
  | 'document';

/** By name; `*` as in the search itself. */
const FILES: readonly (readonly [string, FileFormat])[] = [
  ['package-lock.json', 'package-lock'],
  ['npm-shrinkwrap.json', 'package-lock'],
  ['pnpm-lock.yaml', 'pnpm-lock'],
  ['yarn.lock', 'yarn-lock'],
  ['requirements*.txt', 'requirements'],
  ['poetry.lock', 'poetry-lock'],
  ['Pipfile.lock', 'pipfile-lock'],
  ['uv.lock', 'uv-lock'],
  ['pdm.lock', 'pdm-lock'],
  ['pylock.toml', 'pylock'],
  ['pylock.*.toml', 'pylock'],
  ['bom.json', 'document'],
  ['sbom.json', 'document'],
  ['*.bom.json', 'document'],
  ['*.cdx.json', 'document'],
  ['*.spdx.json', 'document'],
  ['*.spdx3.json', 'document'],
];
const INSTALLED = ['*.dist-info', '*.egg-info', 'node_modules'];
/** Files of a dist-info that say by being there, or that are seldom there. */
const MARKS = ['REQUESTED', 'direct_url.json'];

/** Packages bring lock files of their own along, which nobody uses; and in a history everything is there many times. */
const CLOSED = [
  'node_modules',
  '*.egg-info',
  // What installed packages consist of.
  'site-packages/*',
  'dist-packages/*',
  '__pycache__',
  '.git',
  '.hg',
  '.svn',
  // What tools keep to install it again: nothing runs from there.
  '.cache',
  '.npm',
];
/** What the kernel shows, and what containers have of their own: those are machines that are looked at themselves. */
const WITHOUT = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/boot',
  '/lost+found',
  '/var/lib/containers',
  '/var/lib/docker',
  '/var/lib/containerd',
  '/var/lib/lxc',
  // Distributions put nothing there that runs.
  '/usr/include',
  '/usr/src',
  '/usr/lib/modules',
  '/lib/modules',
  '/usr/lib/firmware',
  '/usr/share/doc',
  '/usr/share/fonts',
  '/usr/share/icons',
  '/usr/share/locale',
  '/usr/share/man',
  '/usr/share/zoneinfo',
];
/** File systems of other machines: what is there is theirs. */
const REMOTE_FILE_SYSTEMS = /^(?:nfs4?|cifs|smb3|9p|ceph|glusterfs|afs|fuse\.(?:sshfs|rclone|s3fs|glusterfs))$/;

export interface Seeking {
  /** What /proc/self/mounts says; empty where there is none. */
  readonly mounts: string;
  /** Whether marks of installed packages are looked for, or asked for later. */
  readonly areMarksSought: boolean;
}

/** The one search for everything. */
export function searchFor(policy: DependenciesPolicy, { mounts, areMarksSought }: Seeking): FindQuestion {
  return {
    below: [...new Set([...policy.search, ...policy.projects.filter((path) => !isBelow(path, policy.search))])].sort(),
    names: [...INSTALLED, ...(areMarksSought ? MARKS : []), ...FILES.map(([name]) => name)],
    closed: areMarksSought ? CLOSED : [...CLOSED, '*.dist-info'],
    without: [...new Set([...WITHOUT, ...policy.without, ...remoteMounts(mounts)])].sort(),
  };
}

/** Mount points of file systems that lie on other machines (proc_pid_mounts(5), fstab(5) for its escapes). */
export function remoteMounts(mounts: string): readonly string[] {
  return mounts.split('\n').flatMap((line) => {
    const [, point = '', type = ''] = line.split(' ');
    if (!REMOTE_FILE_SYSTEMS.test(type)) return [];
    return [point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))];
  });
}

/** What a search came to, sorted out. */
export interface Finds {
  /** By the folder they lie in: folders and files that describe one installed Python package each. */
  readonly python: ReadonlyMap<string, readonly string[]>;
  /** Files REQUESTED and direct_url.json, by path. */
  readonly marks: ReadonlySet<string>;
  readonly nodeModules: readonly string[];
  readonly files: readonly FoundFile[];
}

export interface FoundFile {
  readonly path: string;
  readonly format: FileFormat;
}

export function sortOut(paths: readonly string[], { search, projects }: DependenciesPolicy): Finds {
  const python = new Map<string, string[]>();
  const marks = new Set<string>();
  const nodeModules: string[] = [];
  const files: FoundFile[] = [];
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (name === 'node_modules') {
      if (isBelow(path, search)) nodeModules.push(path);
    } else if (MARKS.includes(name)) marks.add(path);
    else if (/\.(?:dist|egg)-info$/.test(name)) {
      const folder = path.slice(0, slash);
      if (!isBelow(path, search)) continue;
      const known = python.get(folder);
      if (known === undefined) python.set(folder, [path]);
      else known.push(path);
    } else {
      const format = formatOf(name);
      // What describes a package may hold a copy of anything.
      const isDescription = path.includes('.dist-info/');
      if (format !== undefined && !isDescription && isBelow(path, projects)) files.push({ path, format });
    }
  }
  return { python, marks, nodeModules, files };
}

/** A file that somebody named: where its name says nothing, it is a document whose content says which. */
export function namedFile(path: string): FoundFile {
  return { path, format: formatOf(path.slice(path.lastIndexOf('/') + 1)) ?? 'document' };
}

/** What a file of this name holds; `undefined` for all others. */
export function formatOf(name: string): FileFormat | undefined {
  return FILES.find(([pattern]) => {
    const [start = '', end] = pattern.split('*');
    return end === undefined
      ? name === pattern
      : name.startsWith(start) && name.endsWith(end) && name.length >= start.length + end.length;
  })?.[1];
}

/** Whether a path is one of some folders, or below one. */
export function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => folder === '/' || path === folder || path.startsWith(`${folder}/`));
}
