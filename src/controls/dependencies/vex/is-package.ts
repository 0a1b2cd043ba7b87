import { normalName } from '../advisory/package-name.ts';
import type { Package } from '../inventory/package.ts';
import { isForeign, isSameVersion } from '../judgement/ecosystem.ts';
import { distributionOf } from '../package-url/write.ts';
import type { Release } from '../state.ts';
import type { Identifier, Purl } from './identifier.ts';

export interface Looking {
  /** What a package of a distribution is held against. */
  readonly release: Release;
  /** Whether what narrows a package URL, and can't be checked here, keeps it from fitting; what warns need not be as exact as what calms. */
  readonly isExact: boolean;
}

/**
 * Whether an identifier is of a package. A package URL without a version is of all versions, one with a version of that alone;
 * one of a part of a package is not of the package.
 */
export function isPackage({ purl }: Identifier, one: Package, looking: Looking): boolean {
  if (purl === undefined || (purl.subpath !== undefined && looking.isExact)) return false;
  if (!keysOf(one).includes(purl.key)) return false;
  if (one.ecosystem !== 'Debian') return isRegistered(purl, one, looking);
  const release = distributionOf(one, looking.release);
  return purl.namespace === release.os && isDebian(purl, one, { ...looking, release });
}

/** What a package is called in the keys of package URLs: one of a distribution by its source as well. */
export function keysOf({ ecosystem, name, source }: Package): readonly string[] {
  switch (ecosystem) {
    case 'PyPI':
      return [`pypi/${normalName('PyPI', name)}`];
    case 'npm':
      return [`npm/${name.toLowerCase()}`];
    case 'Debian':
      return source === undefined ? [`deb/${name}`] : [`deb/${name}`, `deb/${source.name}`];
  }
}

/** Qualifiers are of one file or of another registry; a package from elsewhere is not what the registry has under its name. */
function isRegistered(purl: Purl, one: Package, { isExact }: Looking): boolean {
  if (isExact && (purl.qualifiers.size > 0 || isForeign(one))) return false;
  return hasVersion(purl, one, one.version);
}

/** "deb" of the types of package URLs: `arch=source` is a source package. `upstream` is what other tools add. */
function isDebian(purl: Purl, one: Package, { release, isExact }: Looking): boolean {
  const source = one.source ?? { name: one.name, version: one.version };
  if (isExact && ![...purl.qualifiers].every(([key, value]) => isQualified(key, value, { one, source, release }))) {
    return false;
  }
  if (purl.qualifiers.get('arch') !== 'source') return purl.name === one.name && hasVersion(purl, one, one.version);
  return purl.name === source.name && hasVersion(purl, one, source.version);
}

interface Installed {
  readonly one: Package;
  readonly source: { readonly name: string; readonly version: string | undefined };
  readonly release: Release;
}

function isQualified(key: string, value: string, { one, source, release: { os, osVersion } }: Installed): boolean {
  switch (key) {
    case 'arch':
      return value === 'source' || value === one.architecture;
    case 'distro': {
      const version = value.startsWith(`${os}-`) ? value.slice(os.length + 1) : value;
      // Some tools write the point release: debian-12.5.
      return version === osVersion || version.startsWith(`${osVersion}.`);
    }
    case 'upstream':
      return value === source.name || value === `${source.name}@${source.version ?? ''}`;
    default:
      return false;
  }
}

function hasVersion({ version }: Purl, { ecosystem }: Package, installed: string | undefined): boolean {
  if (version === undefined) return true;
  return installed !== undefined && isSameVersion(ecosystem, version, installed);
}
