/** Which Debian the lab is. */
import process from 'node:process';

const SUITES = ['bookworm', 'trixie'] as const;

export type LabSuite = (typeof SUITES)[number];

/** `$FREEHOLD_LAB_SUITE`, else Debian 12. */
export function labSuite(): LabSuite {
  const wanted = process.env['FREEHOLD_LAB_SUITE'] ?? 'bookworm';
  const suite = SUITES.find((name) => name === wanted);
  if (suite === undefined) throw new Error(`FREEHOLD_LAB_SUITE is ${wanted}; it may be ${SUITES.join(' or ')}`);
  return suite;
}
