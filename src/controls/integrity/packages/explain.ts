import type { Explanation } from '../../../core/control.ts';
import { DPKG_REFERENCES } from '../dpkg/references.ts';

export const PACKAGES_TOPICS: readonly Explanation[] = [
  {
    topic: 'integrity/conffiles',
    title: 'Configuration files that differ from what was shipped',
    what: 'dpkg notes the digest of each configuration file as its package shipped it. Those that differ are named; they fail only where the blueprint says `conffiles: as-shipped`.',
    why: 'Configuration files are there to be changed. On a machine that should be as installed, a changed one is worth a look.',
    checkByHand: ['debsums --config --changed', 'dpkg --verify | grep " c "'],
    references: DPKG_REFERENCES,
  },
  {
    topic: 'integrity/package',
    title: 'A package whose files are not as shipped',
    what: 'The MD5 digest of every file is held against the list that the package brought (/var/lib/dpkg/info/*.md5sums); diversions, files that another package took over and paths that dpkg was told to leave out are taken into account. A file that changed, is gone, or is a folder or a link now fails; one that can’t be read, or has no digest, is unknown.',
    why: 'A program that was exchanged runs with the rights of whoever starts it. The lists lie on the same disk: an intruder who is root can rewrite them, so a pass proves that nobody was careless, not that nobody was there.',
    mayBreak:
      'Reinstalling a package takes back what somebody changed on purpose, and overwrites what could tell who it was.',
    checkByHand: ['dpkg --verify PACKAGE', 'debsums --silent PACKAGE', 'apt-get install --reinstall PACKAGE'],
    references: DPKG_REFERENCES,
  },
  {
    topic: 'integrity/packages',
    title: 'The files of all other packages',
    what: 'Every package whose files are as they were shipped is counted here. Packages without a list of digests are named and unknown.',
    why: 'What was looked at is to be told from what was not.',
    checkByHand: ['dpkg --verify', 'debsums --silent', 'debsums --list-missing'],
    references: DPKG_REFERENCES,
  },
];
