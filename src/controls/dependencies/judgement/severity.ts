import calculator from 'ae-cvss-calculator';
import type { AdvisoryHit, SeverityScore } from '../../../core/advisory.ts';
import { remembered } from '../../../core/remembered.ts';
import { compareSeverity, type Severity } from '../../../core/severity.ts';

/** How bad a vulnerability is, and who says so. */
export interface Rating {
  readonly severity: Severity;
  /** From 0 to 10, of a CVSS vector. */
  readonly score?: number;
  readonly vector?: string;
}

/** "Qualitative Severity Rating Scale" of the specifications of CVSS 3.1 and 4.0: each begins at its number. */
const SCALE: readonly (readonly [number, Severity])[] = [
  [9, 'critical'],
  [7, 'high'],
  [4, 'medium'],
  [0.1, 'low'],
  [0, 'info'],
];

/** What distributions say in words: https://ubuntu.com/security/cves/about, https://security-team.debian.org/. */
const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  important: 'high',
  moderate: 'medium',
  medium: 'medium',
  low: 'low',
  unimportant: 'info',
  negligible: 'info',
};

/** The newer version of CVSS counts, and of several scores of one the highest. */
const PREFERENCE = ['CVSS_V4', 'CVSS_V3', 'CVSS_V2'];

/** The rating of advisories about one vulnerability; `undefined` where nobody has rated it. */
export function ratingOf(hits: readonly AdvisoryHit[]): Rating | undefined {
  const scores = hits.flatMap((hit) => hit.scores);
  for (const type of PREFERENCE) {
    const rated = scores.filter((one) => one.type === type).flatMap((one) => rateVector(one.score) ?? []);
    const [worst] = rated.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0));
    if (worst !== undefined) return worst;
  }
  const words = scores.flatMap(wordOf).toSorted(compareSeverity);
  const worst = words.at(-1);
  return worst === undefined ? undefined : { severity: worst };
}

function wordOf({ type, score }: SeverityScore): readonly Severity[] {
  const severity = PREFERENCE.includes(type) ? undefined : WORDS[score.toLowerCase()];
  return severity === undefined ? [] : [severity];
}

/** The base score of a vector, whichever version of CVSS it is written in; `undefined` for what is none. */
const rateVector = remembered((vector): Rating | undefined => {
  const score = scoreOf(vector);
  const severity = SCALE.find(([least]) => score !== undefined && score >= least)?.[1];
  return score === undefined || severity === undefined ? undefined : { severity, score, vector };
});

/** Of a vector in which no base metric is missing. */
function scoreOf(vector: string): number | undefined {
  try {
    const parsed = parse(vector);
    const score = parsed.isBaseFullyDefined() ? parsed.calculateScores().overall : Number.NaN;
    return Number.isFinite(score) ? score : undefined;
  } catch {
    return undefined;
  }
}

interface Scored {
  isBaseFullyDefined(): boolean;
  calculateScores(): { readonly overall: number };
}

function parse(vector: string): Scored {
  if (vector.startsWith('CVSS:4.0/')) return new calculator.Cvss4P0(vector);
  if (vector.startsWith('CVSS:3.1/')) return new calculator.Cvss3P1(vector);
  if (vector.startsWith('CVSS:3.0/')) return new calculator.Cvss3P0(vector);
  return new calculator.Cvss2(vector);
}
