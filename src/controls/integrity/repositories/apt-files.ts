/** Where apt keeps its configuration and its lists unless it is told otherwise (apt.conf(5), "Directories"). */
export const APT = {
  main: '/etc/apt/apt.conf',
  parts: '/etc/apt/apt.conf.d',
  sources: '/etc/apt/sources.list',
  sourceParts: '/etc/apt/sources.list.d',
  trusted: '/etc/apt/trusted.gpg',
  trustedParts: '/etc/apt/trusted.gpg.d',
  lists: '/var/lib/apt/lists',
} as const;

/** GetListOfFilesInDir of apt-pkg/contrib/fileutl.cc passes all other names over. */
const READ_NAME = /^[A-Za-z0-9_:-][A-Za-z0-9_.:-]*$/;

/** Names of a folder that apt reads: `extensions` with their dots, an empty one for names without. */
export function readByApt(names: readonly string[], extensions: readonly string[]): readonly string[] {
  return names
    .filter((name) => READ_NAME.test(name) && extensions.includes(extensionOf(name)))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}
