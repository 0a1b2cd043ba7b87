/** A package of which dpkg has put files on the disk. */
export interface InstalledPackage {
  readonly name: string;
  readonly architecture: string;
  readonly version: string;
  /** How dpkg and apt name it: with the architecture where several can be installed at once. */
  readonly label: string;
  /** Whether dpkg was interrupted while it put files there, and so knows only a part of them. */
  readonly isHalfInstalled: boolean;
  readonly conffiles: readonly Conffile[];
}

/** A configuration file, by the digest that its package shipped it with. */
export interface Conffile {
  readonly path: string;
  /** `undefined` before it is configured for the first time (`newconffile`). */
  readonly md5: string | undefined;
}

/** dpkg(1), "Package states": of these all files are there. */
const COMPLETE: ReadonlySet<string> = new Set([
  'installed',
  'unpacked',
  'half-configured',
  'triggers-awaited',
  'triggers-pending',
]);
/** pkg_name_is_illegal() of dpkg's lib/dpkg/parsehelp.c: such a name is no path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,255}$/;
const ARCHITECTURE = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
/** f_conffiles() of dpkg's lib/dpkg/fields.c: the path, the digest, and what else is to be known; paths may hold spaces. */
const CONFFILE = /^ (\/.*?) ([0-9a-f]{32}|newconffile)( obsolete)?( remove-on-upgrade)?$/;

/** Of these there are no files, or only configuration that was left behind. */
const WITHOUT_FILES: ReadonlySet<string> = new Set(['not-installed', 'config-files']);

export interface Status {
  readonly packages: readonly InstalledPackage[];
  /** How many stanzas could not be understood: nothing is known of the files of their packages. */
  readonly unreadCount: number;
}

/** Reads /var/lib/dpkg/status, as dpkg writes it (deb822(5)). */
export function parseStatus(text: string): Status {
  const packages: InstalledPackage[] = [];
  let unreadCount = 0;
  for (const stanza of text.split(/\n{2,}/)) {
    if (stanza.trim() === '') continue;
    const one = toPackage(stanza.split('\n'));
    if (one === 'unread') unreadCount += 1;
    else if (one !== 'no-files') packages.push(one);
  }
  return { packages: packages.toSorted((a, b) => (a.label < b.label ? -1 : 1)), unreadCount };
}

function toPackage(lines: readonly string[]): InstalledPackage | 'no-files' | 'unread' {
  const value = (field: string): string =>
    lines
      .find((line) => isField(line, field))
      ?.slice(field.length + 1)
      .trim() ?? '';
  const [name, architecture] = [value('Package'), value('Architecture')];
  const state = value('Status').split(' ').at(-1) ?? '';
  if (WITHOUT_FILES.has(state)) return 'no-files';
  const isHalfInstalled = state === 'half-installed';
  if (!NAME.test(name) || !ARCHITECTURE.test(architecture) || !(isHalfInstalled || COMPLETE.has(state)))
    return 'unread';
  return {
    name,
    architecture,
    version: value('Version'),
    label: value('Multi-Arch') === 'same' ? `${name}:${architecture}` : name,
    isHalfInstalled,
    conffiles: conffilesOf(lines),
  };
}

/** dpkg doesn't tell upper from lower case in names of fields (deb822(5)). */
function isField(line: string, field: string): boolean {
  return line[field.length] === ':' && line.slice(0, field.length).toLowerCase() === field.toLowerCase();
}

function conffilesOf(lines: readonly string[]): readonly Conffile[] {
  const start = lines.findIndex((line) => isField(line, 'Conffiles'));
  if (start < 0) return [];
  const end = lines.findIndex((line, index) => index > start && !line.startsWith(' '));
  return lines.slice(start + 1, end < 0 ? undefined : end).flatMap((line) => {
    const [, path, md5, , isToBeRemoved] = CONFFILE.exec(line) ?? [];
    // What goes away with the next version need not be there (deb-conffiles(5)).
    if (path === undefined || isToBeRemoved !== undefined) return [];
    return [{ path, md5: md5 === 'newconffile' ? undefined : md5 }];
  });
}
