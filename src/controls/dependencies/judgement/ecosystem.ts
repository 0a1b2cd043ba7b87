import type { AdvisoryHit } from '../../../core/advisory.ts';
import { debianMatching, pythonMatching, semanticMatching } from '../advisory/matching.ts';
import type { PythonVersion } from '../version/python.ts';
import type { VersionScheme } from '../version/scheme.ts';
import type { Ecosystem, Package } from '../inventory/package.ts';
import { normalName } from '../advisory/package-name.ts';
import { leastUnaffectedBy } from './fixed-in.ts';
import { type Vulnerability, vulnerabilitiesOf } from './vulnerability.ts';

/** What advisories know a package as. */
export interface Advised {
  /** Under which {@link Knowledge} has what is published about it. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
}

/** `undefined` for a package that has no version. */
export function advisedAs(one: Package): Advised | undefined {
  const { ecosystem, name, version, source } = one;
  if (source !== undefined) return { key: `${advisoryEcosystem(one)}/${source.name}`, ...source };
  if (version === undefined) return undefined;
  const normal = normalName(ecosystem, name);
  return { key: `${advisoryEcosystem(one)}/${normal}`, name: normal, version };
}

/** Whose advisories a package is judged by: of a distribution's, those of the machine's release unless it says another. */
export function advisoryEcosystem({ ecosystem, release }: Package): string {
  return release ?? ecosystem;
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

/** The least version above the installed one that nothing is known against; `undefined` where advisories name none. */
export function leastUnaffected(
  ecosystem: Ecosystem,
  installed: string,
  hits: readonly AdvisoryHit[],
): string | undefined {
  const all = hits.map(({ affected }) => affected);
  switch (ecosystem) {
    case 'PyPI': {
      const isPreRelease = ({ pre, dev }: PythonVersion): boolean => pre !== undefined || dev !== undefined;
      return leastUnaffectedBy(installed, all, { ...pythonMatching, isPreRelease });
    }
    case 'npm':
      return leastUnaffectedBy(installed, all, {
        ...semanticMatching,
        isPreRelease: ({ prerelease }) => prerelease.length > 0,
      });
    case 'Debian':
      return leastUnaffectedBy(installed, all, { ...debianMatching, isPreRelease: () => false });
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
