export interface Mounts {
  /** Mount points of file systems on disks and in memory, sorted. */
  readonly local: readonly string[];
  /** Those of them where setuid, setgid and file capabilities have no effect. */
  readonly nosuid: ReadonlySet<string>;
  /** Those that hold the files of another machine, or of a container that has its own root. */
  readonly passedOver: readonly string[];
}

/** What the kernel makes up (filesystems(5)): nobody can put a file there. */
const MADE_UP: ReadonlySet<string> = new Set([
  'autofs',
  'binfmt_misc',
  'bpf',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'efivarfs',
  'fusectl',
  'hugetlbfs',
  'mqueue',
  'nsfs',
  'proc',
  'pstore',
  'rpc_pipefs',
  'securityfs',
  'selinuxfs',
  'sysfs',
  'tracefs',
]);
/** Walking them would burden another machine, and find what it finds itself. */
const ELSEWHERE = /^(?:9p|afs|ceph|cifs|fuse\..*|gfs2|glusterfs|lustre|ncpfs|nfs4?|ocfs2|smb3|virtiofs)$/;
/** fstab(5): blanks, tabs, line ends and backslashes in octal. */
const OCTAL = /\\([0-7]{3})/g;

/** Reads /proc/self/mounts (proc_pid_mounts(5)); the last of several on one point is what is seen there. */
export function parseMounts(text: string): Mounts {
  const seen = new Map<string, { readonly type: string; readonly options: readonly string[] }>();
  for (const line of text.split('\n')) {
    const [, point, type, options] = line.split(' ');
    if (point === undefined || type === undefined || options === undefined) continue;
    const path = point.replaceAll(OCTAL, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
    seen.set(path, { type, options: options.split(',') });
  }
  const all = [...seen].filter(([, { type }]) => !MADE_UP.has(type)).sort(([a], [b]) => (a < b ? -1 : 1));
  // What a machine has as its root is its own, though it come from a server, a hypervisor or FUSE.
  const isElsewhere = (path: string, type: string): boolean =>
    path !== '/' && (ELSEWHERE.test(type) || type === 'overlay');
  const local = all.filter(([path, { type }]) => !isElsewhere(path, type));
  return {
    // In a chroot the root need not be a mount point.
    local: [...new Set(['/', ...local.map(([path]) => path)])].sort(),
    nosuid: new Set(local.filter(([, { options }]) => options.includes('nosuid')).map(([path]) => path)),
    passedOver: all.filter(([path, { type }]) => isElsewhere(path, type)).map(([path]) => path),
  };
}

/** The mount point that a path lies on. */
export function mountOf(path: string, points: readonly string[]): string {
  const above = points.filter((point) => point === '/' || path === point || path.startsWith(`${point}/`));
  return above.reduce((longest, point) => (point.length > longest.length ? point : longest), '/');
}
