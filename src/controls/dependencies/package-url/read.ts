import { PackageURL } from 'packageurl-js';
import { normalName } from '../advisory/package-name.ts';
import { isPackageName as isNodeName } from '../inventory/node/npm-text.ts';
import type { Ecosystem, Package } from '../inventory/package.ts';
import { isPackageName as isPythonName } from '../inventory/python/name.ts';
import { releaseOf } from '../judgement/release.ts';
import { originOf } from './origin.ts';

/** Which package a package URL is about. */
export type UrlPackage = Pick<
  Package,
  'ecosystem' | 'name' | 'version' | 'origin' | 'source' | 'architecture' | 'release'
>;

export type ReadUrl =
  | { readonly kind: 'package'; readonly package: UrlPackage }
  /** Of a type whose versions can't be compared here: `golang`. */
  | { readonly kind: 'other'; readonly type: string }
  | { readonly kind: 'refused' };

const LIMIT_CHARACTERS = 4096;
const ECOSYSTEMS: ReadonlyMap<string, Ecosystem> = new Map([
  ['pypi', 'PyPI'],
  ['npm', 'npm'],
  ['deb', 'Debian'],
]);
/** pkg_name_is_illegal() of dpkg's lib/dpkg/parsehelp.c. */
const DEBIAN_NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Reads a package URL (https://github.com/package-url/purl-spec, and the types deb, npm and pypi). `written`: the name that
 * stands beside it, which counts where it is another spelling of the same: npm has packages whose names have capitals, and a
 * package URL never has.
 */
export function readPackageUrl(text: string, written?: string): ReadUrl {
  const url = text.length > LIMIT_CHARACTERS ? undefined : parse(text);
  if (url === undefined) return { kind: 'refused' };
  const ecosystem = ECOSYSTEMS.get(url.type);
  if (ecosystem === undefined) return { kind: 'other', type: url.type };
  const name = nameOf(url, ecosystem, written);
  if (!isNameOf(ecosystem, name) || UNPRINTABLE.test(url.version ?? '')) return { kind: 'refused' };
  const version = url.version === undefined || url.version === '' ? undefined : url.version;
  const qualifiers = url.qualifiers ?? {};
  const common = { ecosystem, name, version };
  if (ecosystem !== 'Debian') {
    const origin = originOf(qualifiers, name);
    return { kind: 'package', package: { ...common, ...(origin !== undefined && { origin }) } };
  }
  const source = sourceOf(qualifiers['upstream'], version);
  const release = releaseIn(qualifiers['distro']);
  const architecture = qualifiers['arch'];
  return {
    kind: 'package',
    package: {
      ...common,
      ...(source !== undefined && { source }),
      ...(release !== undefined && { release }),
      ...(architecture !== undefined && { architecture }),
    },
  };
}

function parse(text: string): PackageURL | undefined {
  try {
    return PackageURL.fromString(text);
  } catch {
    return undefined;
  }
}

function nameOf({ namespace, name }: PackageURL, ecosystem: Ecosystem, written: string | undefined): string {
  const own = ecosystem === 'npm' && namespace !== undefined ? `${namespace}/${name}` : name;
  if (written === undefined) return own;
  const normal = (text: string): string => normalName(ecosystem, text).toLowerCase();
  return normal(written) === normal(own) ? written : own;
}

/** Whether a package of the ecosystem can have this name. */
export function isNameOf(ecosystem: Ecosystem, name: string): boolean {
  if (ecosystem === 'PyPI') return isPythonName(name);
  return ecosystem === 'npm' ? isNodeName(name) : DEBIAN_NAME.test(name);
}

/** `openssl@3.0.1-1`, or the name alone where the source has the same version. */
function sourceOf(upstream: string | undefined, version: string | undefined): Package['source'] {
  if (upstream === undefined) return undefined;
  // Some write `+` as it is, which stands for a space in what follows a question mark.
  const [name = '', own = version] = upstream.replaceAll(' ', '+').split('@');
  return own === undefined || !DEBIAN_NAME.test(name) || UNPRINTABLE.test(own) ? undefined : { name, version: own };
}

/** `debian-12`, and `debian-12.5` as some write it: advisories are about the whole of 12. */
function releaseIn(distro: string | undefined): string | undefined {
  const [, os = '', version = ''] = /^([a-z]+)-([0-9]+(?:\.[0-9]+)*)$/i.exec(distro ?? '') ?? [];
  if (os === '') return undefined;
  const [major = ''] = version.split('.');
  return releaseOf(os.toLowerCase(), os.toLowerCase() === 'ubuntu' ? version : major);
}

/** The kinds of packages that can be judged, by the word that OSV has for them. */
export function ecosystemNamed(text: string): Ecosystem | undefined {
  return [...ECOSYSTEMS.values()].find((one) => one === text);
}
