import type { Vulnerability } from '../judgement/vulnerability.ts';

/** An advisory of a distribution may be about several CVEs at once: what is said of one of them says nothing of the others. */
export function weaknessesOf({ id, aliases, hits }: Vulnerability): readonly (readonly string[])[] {
  const names = [id, ...aliases];
  const [, second, ...more] = names.filter(isCve);
  if (second === undefined && more.length === 0) return [names];
  return names.filter(isCve).map((cve) => {
    const about = hits.map((hit) => [hit.id, ...hit.aliases]).filter((own) => own.includes(cve));
    return [cve, ...new Set(about.flat().filter((name) => !isCve(name)))];
  });
}

function isCve(name: string): boolean {
  return name.startsWith('CVE-');
}
