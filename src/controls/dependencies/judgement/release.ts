/** The release that advisories are asked for: Ubuntu has its own, and what builds on Debian is judged as Debian. */
export function releaseOf(os: string, osVersion: string): string {
  const distribution = os === 'ubuntu' ? 'Ubuntu' : 'Debian';
  return osVersion === '' ? distribution : `${distribution}:${osVersion}`;
}

/**
 * The names under which OSV has what is published about an ecosystem. Debian's security team publishes for each release; Ubuntu
 * says whether one is supported for long.
 */
export function spellingsOf(ecosystem: string): readonly string[] {
  if (ecosystem.startsWith('Ubuntu')) return [`${ecosystem}:LTS`, ecosystem];
  return ecosystem.startsWith('Debian:') ? [ecosystem, 'Debian'] : [ecosystem];
}
