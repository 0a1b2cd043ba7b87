import type { Explanation } from '../../../core/control.ts';

/** What `freehold explain` teaches about repositories. */
export const REPOSITORIES_TOPICS: readonly Explanation[] = [
  {
    topic: 'integrity/repositories',
    title: 'Repositories of apt',
    what: 'Every source that apt reads: whether a key of its own signs for it (signed-by), whether a switch makes the signature count for nothing (trusted, allow-insecure, allow-weak), whether the keys are still good, whether what was fetched last really bears a signature of them, until when that holds, and whether the lists of packages beside it are the signed ones. Where the blueprint pins keys (integrity.trust.openpgp), no other key may sign.',
    why: 'Whoever can sign for one repository, or make apt not ask for a signature, decides what runs on the machine as root.',
    mayBreak: 'A repository that has moved to another key stays without updates until its new key is put in place.',
    checkByHand: [
      'apt-get indextargets',
      'apt-config dump | grep -i -e allow -e valid',
      'gpgv --keyring KEYRING /var/lib/apt/lists/NAME_InRelease',
      'gpg --show-keys --with-fingerprint KEYRING',
    ],
    references: [
      { source: 'sources.list(5)', item: 'Options' },
      { source: 'apt-secure(8)', item: 'User configuration' },
      { source: 'apt.conf(5)', item: 'The Acquire group' },
      {
        source: 'Debian Wiki',
        item: 'DebianRepository/UseThirdParty',
        url: 'https://wiki.debian.org/DebianRepository/UseThirdParty',
      },
    ],
  },
];
