/** Where a file of a package lies because another package, or the administrator, wants its place (dpkg-divert(1)). */
export interface Diversion {
  readonly to: string;
  /** The package whose own file keeps the place; `undefined` for a local diversion, which moves everybody's. */
  readonly by: string | undefined;
}

const LINES_EACH = 3;
const LOCAL = ':';

/** Reads /var/lib/dpkg/diversions: three lines each, the path, where it goes, and for whom (lib/dpkg/db-fsys-divert.c). */
export function parseDiversions(text: string): ReadonlyMap<string, Diversion> {
  const lines = text.split('\n');
  const diversions = new Map<string, Diversion>();
  for (let index = 0; index + LINES_EACH <= lines.length; index += LINES_EACH) {
    const [from = '', to = '', by = ''] = lines.slice(index, index + LINES_EACH);
    if (from.startsWith('/') && to.startsWith('/')) diversions.set(from, { to, by: by === LOCAL ? undefined : by });
  }
  return diversions;
}

/** Where a file that a package ships really is. */
export function placeOf(path: string, name: string, diversions: ReadonlyMap<string, Diversion>): string {
  const diversion = diversions.get(path);
  return diversion === undefined || diversion.by === name ? path : diversion.to;
}
