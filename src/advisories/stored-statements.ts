import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { ScopedStatement } from '../core/advisory.ts';

/** What syncing wrote; a file that somebody else wrote is not believed. */
const component = z.object({ identifiers: z.array(z.string()) });
const storedStatement = z.object({
  status: z.enum(['not-affected', 'affected', 'fixed', 'under-investigation']),
  justification: z.string().exactOptional(),
  text: z.string().exactOptional(),
  timestamp: z.string().exactOptional(),
  document: z.string().exactOptional(),
  vulnerabilities: z.array(z.string()),
  products: z.array(component.extend({ subcomponents: z.array(component) })),
});

/** Each record once, by whichever of its names it was asked for. */
const ABOUT = `
SELECT record.advisory, source.origin
FROM record JOIN source ON source.id = record.source
WHERE record.id IN (SELECT stated.record FROM json_each(?) AS asked CROSS JOIN stated ON stated.vulnerability = asked.value)
ORDER BY source.origin, record.entry`;

export function readStatements(database: DatabaseSync, vulnerabilities: readonly string[]): readonly ScopedStatement[] {
  const names = [...new Set(vulnerabilities.map((name) => name.toUpperCase()))];
  return database
    .prepare(ABOUT)
    .all(JSON.stringify(names))
    .map(({ advisory, origin }) => ({
      ...storedStatement.parse(JSON.parse(String(advisory))),
      source: String(origin),
    }));
}
