import type { Reference } from '../../../core/finding.ts';

export const DPKG_REFERENCES: readonly Reference[] = [
  { source: 'dpkg', item: 'dpkg(1), --verify', url: 'https://manpages.debian.org/bookworm/dpkg/dpkg.1.en.html' },
  { source: 'debsums', item: 'debsums(1)', url: 'https://manpages.debian.org/bookworm/debsums/debsums.1.en.html' },
];
