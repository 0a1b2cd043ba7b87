import { PackageURL } from 'packageurl-js';
import { normalName } from '../advisory/package-name.ts';
import type { Package } from '../inventory/package.ts';
import type { Release } from '../state.ts';
import { originQualifier } from './origin.ts';

/**
 * The package URL of a package; `undefined` where it would claim more than is known: one that comes from a folder, or from
 * anywhere that no qualifier can name, is not the registry's package of that name.
 *
 * https://github.com/package-url/purl-spec: PURL-SPECIFICATION.rst, and the types deb, npm and pypi.
 */
export function packageUrlOf(one: Package, machine: Release): string | undefined {
  const { version } = one;
  const origin = one.origin === undefined ? {} : originQualifier(one.origin, one.ecosystem);
  if (origin === undefined) return undefined;
  switch (one.ecosystem) {
    case 'PyPI':
      return write({ type: 'pypi', name: normalName('PyPI', one.name), version, qualifiers: origin });
    case 'npm': {
      const slash = one.name.indexOf('/');
      const scope = slash === -1 ? {} : { namespace: one.name.slice(0, slash) };
      return write({ type: 'npm', ...scope, name: one.name.slice(slash + 1), version, qualifiers: origin });
    }
    case 'Debian': {
      const { os, osVersion } = distributionOf(one, machine);
      const qualifiers = {
        ...origin,
        ...(one.architecture !== undefined && { arch: one.architecture }),
        ...(osVersion !== '' && { distro: `${os}-${osVersion}` }),
        upstream: upstreamOf(one),
      };
      return write({ type: 'deb', namespace: os, name: one.name, version, qualifiers });
    }
  }
}

/** Syft's convention, which others took over: the source package, with its version where that is another. */
function upstreamOf({ name, version, source }: Package): string {
  if (source === undefined) return name;
  return source.version === version ? source.name : `${source.name}@${source.version}`;
}

/** The release that a package is of: the machine's own unless it says another. */
export function distributionOf({ release }: Package, machine: Release): Release {
  if (release === undefined)
    return { os: machine.os === 'unknown' ? 'debian' : machine.os, osVersion: machine.osVersion };
  const [os = '', osVersion = ''] = release.split(':');
  return { os: os.toLowerCase(), osVersion };
}

type Qualifiers = Readonly<Record<string, string>>;

interface Parts {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: Qualifiers;
}

function write({ type, namespace, name, version, qualifiers }: Parts): string | undefined {
  try {
    return new PackageURL(type, namespace, name, version, { ...qualifiers }).toString();
  } catch {
    // What the machine calls a package is no name that a package URL can carry.
    return undefined;
  }
}
