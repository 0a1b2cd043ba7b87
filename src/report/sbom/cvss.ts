import type { BilledVulnerability } from '../../core/bill-of-materials.ts';

export interface CvssScore {
  readonly version: '2' | '3.0' | '3.1' | '4';
  readonly score: number;
  readonly vector: string;
  readonly band: Band;
}

export type Band = 'none' | 'low' | 'medium' | 'high' | 'critical';

/** "Qualitative Severity Rating Scale" of the specifications of CVSS 3.1 and 4.0: each begins at its number. */
const BANDS: readonly (readonly [number, Band])[] = [
  [9, 'critical'],
  [7, 'high'],
  [4, 'medium'],
  [0.1, 'low'],
];
const VERSIONS = [
  ['CVSS:4.0/', '4'],
  ['CVSS:3.1/', '3.1'],
  ['CVSS:3.0/', '3.0'],
] as const;

/** The score of a vulnerability that has a vector. */
export function cvssOf({ score, vector }: BilledVulnerability): CvssScore | undefined {
  if (score === undefined || vector === undefined) return undefined;
  const version = VERSIONS.find(([start]) => vector.startsWith(start))?.[1] ?? '2';
  return { version, score, vector, band: BANDS.find(([least]) => score >= least)?.[1] ?? 'none' };
}
