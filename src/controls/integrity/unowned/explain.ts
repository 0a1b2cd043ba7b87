import type { Explanation } from '../../../core/control.ts';
import { DPKG_REFERENCES } from '../dpkg/references.ts';

export const UNOWNED_TOPICS: readonly Explanation[] = [
  {
    topic: 'integrity/unowned',
    title: 'A file in a folder of the system that no package owns',
    what: 'Everything below the folders of programs and libraries, and of what starts by itself, is held against the lists of dpkg. Links of update-alternatives and ldconfig, compiled Python modules beside their source, and the caches that packages’ scripts write are known and only counted. A folder of which nothing is of a package is one finding.',
    why: 'What no package owns is updated by nobody. Intruders leave their programs where others look for programs.',
    mayBreak:
      'Some of it was put there by an installer that is no package manager, and is used: look before you remove it.',
    checkByHand: ['dpkg -S PATH', 'ls -la PATH'],
    references: DPKG_REFERENCES,
  },
];
