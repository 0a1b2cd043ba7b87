import { PackageURL } from 'packageurl-js';
import { normalName } from '../advisory/package-name.ts';
import type { Package } from '../inventory/package.ts';
import { isForeign } from '../judgement/ecosystem.ts';
import type { Release } from '../state.ts';

/**
 * The package URL (ECMA-427) of a package; `undefined` where it would claim more than is known: what comes from elsewhere is
 * not the registry's package of that name.
 */
export function packageUrlOf(one: Package, { os, osVersion }: Release): string | undefined {
  if (isForeign(one)) return undefined;
  const { ecosystem, name, version, key } = one;
  const slash = name.indexOf('/');
  try {
    switch (ecosystem) {
      case 'PyPI':
        return new PackageURL('pypi', undefined, normalName('PyPI', name), version).toString();
      case 'npm':
        return new PackageURL('npm', name.slice(0, Math.max(0, slash)), name.slice(slash + 1), version).toString();
      case 'Debian': {
        const architecture = key.slice(name.length + 1);
        const qualifiers = {
          ...(architecture !== '' && { arch: architecture }),
          ...(osVersion !== '' && { distro: `${os}-${osVersion}` }),
        };
        return new PackageURL('deb', os, name, version, qualifiers).toString();
      }
    }
  } catch {
    // What the machine calls a package is no name that a package URL can carry.
    return undefined;
  }
}
