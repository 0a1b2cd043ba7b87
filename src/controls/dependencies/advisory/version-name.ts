import type { VersionScheme } from '../version/scheme.ts';
import { debianVersions } from '../version/debian.ts';
import { pythonVersions } from '../version/python.ts';
import { semanticVersions } from '../version/semantic.ts';

/** The one spelling of a version in an ecosystem (as OSV names it: `Debian:12`); what is no version there stays as it is. */
export function normalVersion(ecosystem: string, text: string): string {
  const [family = ''] = ecosystem.split(':', 1);
  switch (family) {
    case 'PyPI':
      return spelled(text, pythonVersions);
    case 'npm':
      return spelled(text, semanticVersions);
    case 'Debian':
    case 'Ubuntu':
      return spelled(text, debianVersions);
    default:
      return text;
  }
}

function spelled<Version>(text: string, { parse, spell }: VersionScheme<Version>): string {
  const version = parse(text);
  return version === undefined ? text : spell(version);
}
