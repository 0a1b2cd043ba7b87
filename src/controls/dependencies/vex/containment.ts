import type { Package } from '../inventory/package.ts';
import type { Place } from '../state.ts';

/** How a package is in another: `wholly`, where it is there for that one alone; `partly`, where others need it as well. */
export type Containment = 'wholly' | 'partly' | 'not';

/**
 * Whether a package of a place is there for a product: up the ways by which it came to be there. What somebody asked for by name
 * is there for itself; and where nothing tells what was asked for, anything may have been. A circle that nothing leads into is
 * there for nobody knows what.
 */
export function containmentIn({
  kind,
  packages,
}: Pick<Place, 'kind' | 'packages'>): (one: Package, isProduct: (other: Package) => boolean) => Containment {
  // A machine's own packages are there for whatever runs on it.
  if (kind === 'debian') return () => 'not';
  let needing: ReadonlyMap<string, readonly Package[]> | undefined;
  return (one, isProduct) => {
    needing ??= needingOf(packages);
    const seen = new Set([one.key]);
    const queue = [one];
    let [isForProduct, isForOthers] = [false, false];
    for (const next of queue) {
      const above = needing.get(next.key) ?? [];
      if (next.isDirect !== false || above.length === 0) isForOthers = true;
      for (const other of above) {
        if (isProduct(other)) isForProduct = true;
        else if (!seen.has(other.key)) {
          seen.add(other.key);
          queue.push(other);
        }
      }
    }
    if (!isForProduct) return 'not';
    return isForOthers ? 'partly' : 'wholly';
  };
}

function needingOf(packages: readonly Package[]): ReadonlyMap<string, readonly Package[]> {
  const needing = new Map<string, Package[]>();
  for (const one of packages) {
    for (const key of one.requires) {
      const known = needing.get(key);
      if (known === undefined) needing.set(key, [one]);
      else known.push(one);
    }
  }
  return needing;
}
