export interface ConfPath {
  readonly name: string;
  readonly path: string;
}

/**
 * The files of drop-in directories that count, in the order they are read: of each name the one in the first directory,
 * sorted by the bytes of their names. A link to /dev/null or an empty file stays in the list: it hides its namesakes and
 * sets nothing (systemd: conf_files_list(); kmod: conf_files_list() of libkmod-config.c).
 */
export function orderConfFiles(
  listings: readonly { readonly directory: string; readonly names: readonly string[] }[],
  suffixes: readonly string[],
): readonly ConfPath[] {
  const byName = new Map<string, ConfPath>();
  for (const { directory, names } of listings) {
    for (const name of names) {
      // Names that start with a dot are never read.
      const counts = !name.startsWith('.') && suffixes.some((suffix) => name.endsWith(suffix));
      if (counts && !byName.has(name)) byName.set(name, { name, path: `${directory}/${name}` });
    }
  }
  return [...byName.values()].sort((a, b) => compareBytes(a.name, b.name));
}

/** Order of strcmp(3) on UTF-8 bytes, which is also the order of code points. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
