import type { AdvisoryHit } from '../../../core/advisory.ts';
import { debianMatching, pythonMatching, semanticMatching } from '../advisory/matching.ts';
import type { VersionScheme } from '../version/scheme.ts';
import type { Ecosystem, Package } from '../inventory/package.ts';
import { normalName } from '../advisory/package-name.ts';
import { type Vulnerability, vulnerabilitiesOf } from './vulnerability.ts';

/** The name and version that advisories know a package by; `undefined` for one that has no version. */
export function advisedAs({
  ecosystem,
  name,
  version,
  source,
}: Package): { readonly name: string; readonly version: string } | undefined {
  if (source !== undefined) return source;
  return version === undefined ? undefined : { name: normalName(ecosystem, name), version };
}

/** What is known against a version, by the rules of its ecosystem. */
export function knownAgainst(
  ecosystem: Ecosystem,
  version: string,
  hits: readonly AdvisoryHit[],
): readonly Vulnerability[] {
  switch (ecosystem) {
    case 'PyPI':
      return vulnerabilitiesOf(version, hits, pythonMatching);
    case 'npm':
      return vulnerabilitiesOf(version, hits, semanticMatching);
    case 'Debian':
      return vulnerabilitiesOf(version, hits, debianMatching);
  }
}

/** Whether a text is a version of its ecosystem at all. */
export function isVersion(ecosystem: Ecosystem, version: string): boolean {
  return MATCHINGS[ecosystem].scheme.parse(version) !== undefined;
}

/** Whether two texts are one version; a build of one's own is another than the release that it is of. */
export function isSameVersion(ecosystem: Ecosystem, a: string, b: string): boolean {
  switch (ecosystem) {
    case 'PyPI':
      return areEqual(pythonMatching.scheme, a, b);
    case 'npm':
      return areEqual(semanticMatching.scheme, a, b);
    case 'Debian':
      return areEqual(debianMatching.scheme, a, b);
  }
}

/** What is no version is compared as a text. */
function areEqual<Version>({ parse, compare }: VersionScheme<Version>, a: string, b: string): boolean {
  const [one, other] = [parse(a), parse(b)];
  return one === undefined || other === undefined ? a === b : compare(one, other) === 0;
}

/** A wheel or archive of a release is that release wherever it was fetched from; a repository or folder may be anything. */
export function isForeign({ ecosystem, origin }: Package): boolean {
  if (origin === undefined) return false;
  return ecosystem !== 'PyPI' || !/^(?:file|https?):.*\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$/.test(origin);
}

/** Oldest first; what is no version comes last. */
export function sortVersions(ecosystem: Ecosystem, versions: readonly string[]): readonly string[] {
  switch (ecosystem) {
    case 'PyPI':
      return sorted(versions, pythonMatching.scheme);
    case 'npm':
      return sorted(versions, semanticMatching.scheme);
    case 'Debian':
      return sorted(versions, debianMatching.scheme);
  }
}

function sorted<Version>(texts: readonly string[], { parse, compare }: VersionScheme<Version>): readonly string[] {
  const parsed = texts.map((text) => ({ text, version: parse(text) }));
  parsed.sort((a, b) => {
    if (a.version === undefined || b.version === undefined)
      return Number(a.version === undefined) - Number(b.version === undefined);
    return compare(a.version, b.version);
  });
  return parsed.map(({ text }) => text);
}

const MATCHINGS = { PyPI: pythonMatching, npm: semanticMatching, Debian: debianMatching } as const;
