import type { StatResult } from '../../../host/host.ts';
import { isCache, makerOfLink, makerOfName } from './made.ts';
import type { Unowned } from './state.ts';

export interface SortedOut {
  /** What is of no package and lies in no folder that is of none: what is to be looked at. */
  readonly tops: readonly string[];
  /** Says what they are, once they were looked at; in their order. */
  readonly describe: (stats: readonly StatResult[]) => Described;
}

export interface Described {
  readonly found: readonly Unowned[];
  readonly made: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** Tells what is of no package from the rest. `paths` are sorted, so that a folder comes before what is in it. */
export function sortOut(paths: readonly string[], owned: ReadonlySet<string>): SortedOut {
  const made = new Map<string, number>();
  const count = (why: string): void => {
    made.set(why, (made.get(why) ?? 0) + 1);
  };
  const unowned = paths.filter((path) => {
    if (owned.has(path)) return false;
    const why = makerOfName(path, owned);
    if (why !== undefined) count(why);
    return why === undefined;
  });
  // A folder of compiled modules counts only for what else is in it.
  const caches = new Set(unowned.filter(isCache));
  const below = new Map<string, number>();
  for (const path of unowned) {
    if (caches.has(path)) continue;
    const folder = outermostFolder(path, below);
    if (folder === undefined) below.set(path, 0);
    else below.set(folder, (below.get(folder) ?? 0) + 1);
  }
  const tops = [...below.keys()];
  return { tops, describe };

  function describe(stats: readonly StatResult[]): Described {
    const found: Unowned[] = [];
    const problems: string[] = [];
    tops.forEach((path, index) => {
      const stat = stats[index] ?? { kind: 'missing' };
      const why = makerOfLink(path, stat, owned);
      if (why !== undefined) count(why);
      else if (stat.kind === 'unreadable') problems.push(stat.message);
      else if (stat.kind === 'stat') {
        const { type, mode, target } = stat;
        const inside = below.get(path) ?? 0;
        // Packages leave them behind, and there is nothing in them.
        if (type === 'directory' && inside === 0) count('empty folders');
        else found.push({ path, type, mode, ...(target !== undefined && { target }), below: inside });
      }
    });
    return { found, made: Object.fromEntries([...made].toSorted(([a], [b]) => (a < b ? -1 : 1))), problems };
  }
}

/** The folder of no package that a path lies in. */
function outermostFolder(path: string, tops: ReadonlyMap<string, number>): string | undefined {
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end);
    if (tops.has(folder)) return folder;
  }
  return undefined;
}
