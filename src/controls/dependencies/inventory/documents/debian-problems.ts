import { plural } from '../../../../core/describe.ts';
import type { UrlPackage } from '../../package-url/read.ts';

/** What Debian's packages must say to be judged by its advisories: their release, and the source they are built from. */
export function debianProblems(packages: readonly UrlPackage[]): readonly string[] {
  const own = packages.filter(({ ecosystem }) => ecosystem === 'Debian');
  const unreleased = own.filter(({ release }) => release === undefined);
  const released = `${plural(unreleased.length, 'Debian package')} without a release: judged as of the machine's own`;
  // Tools that know the source name it wherever it is another; one that never does doesn't know it.
  const isBlind = own.length > 0 && own.every(({ source }) => source === undefined);
  const blind = `${plural(own.length, 'Debian package')} without a source package, by which advisories go`;
  return [...(unreleased.length > 0 ? [released] : []), ...(isBlind ? [blind] : [])];
}
