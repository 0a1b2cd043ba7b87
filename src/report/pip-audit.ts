import type { PackageReport, PackageVulnerability } from '../core/package-report.ts';

/**
 * The JSON of `pip-audit --format json` (pip_audit/_format/json.py of pip-audit 2.7): what reads that goes on reading this.
 * Python packages only; one that lies in several places with one version is there once, as pip-audit sees one place at a time.
 */
export function renderPipAudit(reports: readonly PackageReport[]): string {
  const seen = new Set<string>();
  const dependencies = reports
    .filter(({ ecosystem }) => ecosystem === 'PyPI')
    .filter(({ name, version }) => {
      const key = `${name}==${version ?? ''}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .map(({ name, version, skipped, vulnerabilities }) =>
      skipped !== undefined || version === undefined
        ? { name, skip_reason: skipped ?? '' }
        : { name, version, vulns: merged(vulnerabilities) },
    );
  return `${JSON.stringify({ dependencies, fixes: [] })}\n`;
}

interface Merged {
  readonly id: string;
  readonly fix_versions: readonly string[];
  readonly aliases: readonly string[];
  readonly description: string;
}

/** As `Auditor.audit` of pip_audit/_audit.py: all of PYSEC, and of the others those that are not known by another name yet. */
function merged(vulnerabilities: readonly PackageVulnerability[]): readonly Merged[] {
  const own = vulnerabilities.map(toVulnerability);
  const unique = own.filter(isOfPysec);
  for (const one of own.filter((other) => !isOfPysec(other))) {
    const index = unique.findIndex((known) => namesOf(known).some((name) => namesOf(one).includes(name)));
    const known = unique[index];
    if (known === undefined) unique.push(one);
    else unique[index] = { ...known, aliases: namesOf(known, one).filter((name) => name !== known.id) };
  }
  return unique;
}

function isOfPysec({ id }: Merged): boolean {
  return id.startsWith('PYSEC');
}

function namesOf(...all: readonly Merged[]): readonly string[] {
  return [...new Set(all.flatMap(({ id, aliases }) => [id, ...aliases]))].sort();
}

function toVulnerability({ id: own, aliases: others, description, fixVersions }: PackageVulnerability): Merged {
  const [id = own, ...aliases] = [own, ...others].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return { id, fix_versions: fixVersions, aliases, description: description.replaceAll('\n', ' ') };
}

/** Its own preference of names: `_id_comparison_key` of pip_audit/_service/interface.py. */
function rank(id: string): number {
  if (id.startsWith('PYSEC')) return 1;
  return id.startsWith('CVE') ? 2 : 3;
}
