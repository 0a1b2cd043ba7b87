import type { VersionScheme } from '../version/scheme.ts';
import { debianVersions } from '../version/debian.ts';
import { pythonVersions } from '../version/python.ts';
import { semanticVersions } from '../version/semantic.ts';

/** A release of Python without zeros in front of its numbers, as most are written. */
const RELEASE = /^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*$/;

/** Whose versions dpkg orders. */
const DEBIAN = /^(?:Debian|Ubuntu)(?::|$)/;

/** The one spelling of a version in an ecosystem (as OSV names it: `Debian:12`); what is no version there stays as it is. */
export function normalVersion(ecosystem: string, text: string): string {
  if (ecosystem === 'PyPI') {
    if (!RELEASE.test(text)) return spelled(text, pythonVersions);
    return text.endsWith('.0') ? text.replace(/(?:\.0)+$/, '') : text;
  }
  if (ecosystem === 'npm') return spelled(text, semanticVersions);
  return DEBIAN.test(ecosystem) ? spelled(text, debianVersions) : text;
}

function spelled<Version>(text: string, { parse, spell }: VersionScheme<Version>): string {
  const version = parse(text);
  return version === undefined ? text : spell(version);
}
