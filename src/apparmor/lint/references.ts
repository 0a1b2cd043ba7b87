import type { Reference } from '../../core/finding.ts';

const MANUAL_URL = 'https://manpages.debian.org/bookworm/apparmor/apparmor.d.5.en.html';

/** A section of the manual page of the language. */
export function manual(section: string): Reference {
  return { source: 'apparmor.d(5)', item: section, version: '3.0.8', url: MANUAL_URL };
}

export function attack(item: string, name: string): Reference {
  return {
    source: 'MITRE ATT&CK',
    item: `${item} ${name}`,
    url: `https://attack.mitre.org/techniques/${item.replace('.', '/')}/`,
  };
}

export function capabilities(name: string): Reference {
  return { source: 'capabilities(7)', item: name, url: 'https://man7.org/linux/man-pages/man7/capabilities.7.html' };
}
