import { z } from 'zod';

/** One entry of CISA's catalogue. */
export interface Exploited {
  readonly cve: string;
  /** The day it was added: `2024-05-01`. */
  readonly since: string;
  readonly isByRansomware: boolean;
}

/** One line of FIRST's scores. */
export interface Exploitation {
  readonly cve: string;
  readonly probability: number;
  readonly percentile: number;
}

const CVE = /^CVE-\d{4}-\d{4,19}$/;

const catalogue = z.object({ dateReleased: z.string().exactOptional(), vulnerabilities: z.array(z.unknown()) });
const exploited = z.object({
  cveID: z.string().regex(CVE),
  dateAdded: z.iso.date(),
  knownRansomwareCampaignUse: z.string().exactOptional(),
});

/** Reads https://www.cisa.gov/known-exploited-vulnerabilities-catalog as JSON. Throws where it is no such catalogue. */
export function parseExploited(text: string): {
  readonly released: string | undefined;
  readonly entries: readonly (Exploited | undefined)[];
} {
  const { dateReleased, vulnerabilities } = catalogue.parse(JSON.parse(text));
  const entries = vulnerabilities.map((one) => {
    const { data } = exploited.safeParse(one);
    if (data === undefined) return undefined;
    const { cveID, dateAdded, knownRansomwareCampaignUse } = data;
    return { cve: cveID, since: dateAdded, isByRansomware: knownRansomwareCampaignUse === 'Known' };
  });
  return { released: dateReleased, entries };
}

/** Reads a line `CVE-2024-1,0.97,0.99` of https://www.first.org/epss/data_stats; `undefined` where it is none. */
export function parseExploitation(line: string): Exploitation | undefined {
  const [cve = '', probability = '', percentile = '', ...rest] = line.split(',');
  const scores = { probability: share(probability), percentile: share(percentile) };
  if (!CVE.test(cve) || rest.length > 0) return undefined;
  if (scores.probability === undefined || scores.percentile === undefined) return undefined;
  return { cve, probability: scores.probability, percentile: scores.percentile };
}

function share(text: string): number | undefined {
  const value = Number(text);
  return /^[\d.]+(?:e-\d+)?$/i.test(text) && value >= 0 && value <= 1 ? value : undefined;
}
