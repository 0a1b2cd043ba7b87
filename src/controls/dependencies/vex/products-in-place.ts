import type { VexProduct } from '../../../core/advisory.ts';
import type { Package } from '../inventory/package.ts';
import type { Release } from '../state.ts';
import { read } from './identifier.ts';
import { isPackage, keysOf } from './is-package.ts';

/** Which packages of a place are a product. A product is of one statement, and so is always asked for in the same way. */
export function productsIn(
  packages: readonly Package[],
  release: Release,
): (product: VexProduct, isExact: boolean) => ReadonlySet<Package> {
  const known = new Map<VexProduct, ReadonlySet<Package>>();
  let index: ReadonlyMap<string, readonly Package[]> | undefined;
  return (product, isExact) => {
    const earlier = known.get(product);
    if (earlier !== undefined) return earlier;
    index ??= byKey(packages);
    const found = new Set<Package>();
    for (const identifier of product.identifiers.flatMap((text) => read(text) ?? [])) {
      for (const one of index.get(identifier.purl?.key ?? '') ?? []) {
        if (isPackage(identifier, one, { release, isExact })) found.add(one);
      }
    }
    known.set(product, found);
    return found;
  };
}

function byKey(packages: readonly Package[]): ReadonlyMap<string, readonly Package[]> {
  const known = new Map<string, Package[]>();
  for (const one of packages) {
    for (const key of keysOf(one)) {
      const same = known.get(key);
      if (same === undefined) known.set(key, [one]);
      else same.push(one);
    }
  }
  return known;
}
