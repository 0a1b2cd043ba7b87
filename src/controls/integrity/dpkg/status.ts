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

/** Reads /var/lib/dpkg/status, as dpkg writes it (deb822(5)). */
export function parseStatus(text: string): readonly InstalledPackage[] {
  return text
    .split(/\n{2,}/)
    .flatMap((stanza) => toPackage(stanza.split('\n')) ?? [])
    .toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

function toPackage(lines: readonly string[]): InstalledPackage | undefined {
  const value = (field: string): string => {
    const start = `${field}:`;
    return (
      lines
        .find((line) => line.startsWith(start))
        ?.slice(start.length)
        .trim() ?? ''
    );
  };
  const [name, architecture] = [value('Package'), value('Architecture')];
  const state = value('Status').split(' ').at(-1) ?? '';
  const isHalfInstalled = state === 'half-installed';
  if (!NAME.test(name) || !ARCHITECTURE.test(architecture) || !(isHalfInstalled || COMPLETE.has(state)))
    return undefined;
  return {
    name,
    architecture,
    version: value('Version'),
    label: value('Multi-Arch') === 'same' ? `${name}:${architecture}` : name,
    isHalfInstalled,
    conffiles: conffilesOf(lines),
  };
}

function conffilesOf(lines: readonly string[]): readonly Conffile[] {
  const start = lines.indexOf('Conffiles:');
  if (start < 0) return [];
  const end = lines.findIndex((line, index) => index > start && !line.startsWith(' '));
  return lines.slice(start + 1, end < 0 ? undefined : end).flatMap((line) => {
    const [, path, md5, , isToBeRemoved] = CONFFILE.exec(line) ?? [];
    // What goes away with the next version need not be there (deb-conffiles(5)).
    if (path === undefined || isToBeRemoved !== undefined) return [];
    return [{ path, md5: md5 === 'newconffile' ? undefined : md5 }];
  });
}
