import type { Explanation } from '../../core/control.ts';

const TOPICS: readonly Explanation[] = [
  {
    topic: 'dependencies/advisories',
    title: 'Advisories',
    what: 'Records in the OSV format that say which versions of which package have which weakness, and VEX documents that say what is not affected. Audits ask an index of them that lies on this disk, and no other machine. A VEX document holds until a newer one says otherwise; advisories, and what comes from an address, are to be read again. A source that the blueprint names (dependencies.sources) and that was never read is unknown.',
    why: 'What was published after the index was last read is not found. Old advisories make every machine look safer than it is.',
    checkByHand: ['freehold deps sync', 'freehold deps sync -b freehold.yaml'],
    references: [
      { source: 'OSV schema', item: 'Open Source Vulnerability format', url: 'https://ossf.github.io/osv-schema/' },
      { source: 'OpenVEX', item: 'OpenVEX Specification', version: '0.2.0', url: 'https://github.com/openvex/spec' },
    ],
  },
  {
    topic: 'dependencies/ecosystem',
    title: 'An ecosystem without advisories',
    what: 'Packages of an ecosystem (PyPI, npm, Debian) were found, and the index has no advisory about any package of it.',
    why: 'Nothing is known against these packages because nobody was asked.',
    checkByHand: ['freehold deps sync'],
    references: [{ source: 'OSV', item: 'Data dumps', url: 'https://google.github.io/osv.dev/data/' }],
  },
  {
    topic: 'dependencies/place',
    title: 'A place with packages',
    what: 'A Python environment, a folder node_modules, a lock file, a requirements file, or the packages of dpkg. It passes when every package in it has a version, comes from the registry that advisories are about, and nothing is known against it but what VEX statements exclude.',
    why: 'A package that could not be judged may be vulnerable without anybody knowing, so its place is unknown and not clean.',
    checkByHand: ['pip list', 'npm ls --all', 'dpkg-query --show'],
    references: [],
  },
  {
    topic: 'dependencies/vulnerability',
    title: 'A package with a known vulnerability',
    what: 'The installed version is among those that an advisory names, or within one of its ranges. Advisories about one weakness under several names (CVE, GHSA, PYSEC) are one finding. Its severity is that of its CVSS vector; what is known to be exploited is critical. Where the newest VEX statement about it says that the package is not affected, or is mended in this very version, it is not applicable.',
    why: 'Known weaknesses are what attackers try first: tools that use them are published as well.',
    mayBreak: 'A newer version may behave in another way: try it where it does no harm.',
    checkByHand: [
      'freehold deps fix --dry-run',
      'pip index versions PACKAGE',
      'npm view PACKAGE versions',
      'apt-cache policy PACKAGE',
    ],
    references: [
      {
        source: 'CVSS',
        item: 'Specification',
        version: '4.0',
        url: 'https://www.first.org/cvss/v4.0/specification-document',
      },
      {
        source: 'CISA',
        item: 'Known Exploited Vulnerabilities Catalog',
        url: 'https://www.cisa.gov/known-exploited-vulnerabilities-catalog',
      },
      { source: 'FIRST', item: 'Exploit Prediction Scoring System', url: 'https://www.first.org/epss/' },
      {
        source: 'CISA',
        item: 'Minimum Requirements for Vulnerability Exploitability eXchange (VEX)',
        url: 'https://www.cisa.gov/sites/default/files/2023-04/minimum-requirements-for-vex-508c.pdf',
      },
    ],
  },
];

/** Teaches a kind of finding, by its own id or by that of any finding of the kind. */
export function explainDependencies(topic: string): Explanation | undefined {
  const found = TOPICS.find((one) => topic === one.topic || topic.startsWith(`${one.topic}/`));
  return found && { ...found, topic };
}

export function dependencyTopics(): readonly string[] {
  return TOPICS.map(({ topic }) => topic);
}
