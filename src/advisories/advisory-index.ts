import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import type { AdvisoryHit, AdvisoryIndex, AdvisorySource, ScopedStatement } from '../core/advisory.ts';
import { openDatabase } from './database.ts';
import { readStatements } from './stored-statements.ts';

type Row = Record<string, SQLOutputValue>;

/** An index that is open, and must be closed. */
export interface OpenAdvisoryIndex extends AdvisoryIndex {
  close(): void;
}

/** Opens what syncing made, to look things up in it. Throws `usage` when there is none, or it is broken. */
export function openAdvisoryIndex(path: string): OpenAdvisoryIndex {
  return new SqliteIndex(openDatabase(path, { readOnly: true }));
}

/** Shapes of what syncing wrote; a file that somebody else wrote is not believed. */
const score = z.object({ type: z.string(), score: z.string() });
const event = z.object({ kind: z.enum(['introduced', 'fixed', 'last-affected']), version: z.string() });
const storedAdvisory = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  summary: z.string(),
  description: z.string(),
  modified: z.string(),
  scores: z.array(score),
});
const storedAffected = z.object({
  affected: z.object({
    versions: z.array(z.string()),
    ranges: z.array(z.object({ events: z.array(event), limits: z.array(z.string()) })),
  }),
  scores: z.array(score),
});
const KINDS = z.enum(['osv', 'kev', 'epss', 'vex']);

/** Names are handed over as one JSON list: ten thousand of them are one question. */
const ABOUT = `
SELECT affected.name, affected.affected, record.advisory, source.origin
FROM json_each(?) AS asked
CROSS JOIN affected ON affected.ecosystem = ? AND affected.name = asked.value
JOIN record ON record.id = affected.record
JOIN source ON source.id = record.source
ORDER BY affected.name, record.modified DESC, source.origin, affected.position`;

class SqliteIndex implements OpenAdvisoryIndex {
  readonly sources: readonly AdvisorySource[];
  readonly #database: DatabaseSync;
  readonly #exploited;
  readonly #exploitation;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.sources = database.prepare('SELECT * FROM source ORDER BY origin').all().map(toSource);
    this.#exploited = database.prepare(
      'SELECT min(since) AS since, max(isByRansomware) AS r FROM exploited WHERE cve = ?',
    );
    this.#exploitation = database.prepare(
      'SELECT max(probability) AS p, max(percentile) AS q FROM exploitation WHERE cve = ?',
    );
  }

  covers(ecosystem: string): boolean {
    return this.#database.prepare('SELECT 1 FROM affected WHERE ecosystem = ? LIMIT 1').get(ecosystem) !== undefined;
  }

  about(ecosystem: string, names: readonly string[]): ReadonlyMap<string, readonly AdvisoryHit[]> {
    const hits = new Map<string, AdvisoryHit[]>();
    const taken = new Map<string, string>();
    for (const row of this.#database.prepare(ABOUT).all(JSON.stringify([...new Set(names)]), ecosystem)) {
      const name = String(row['name']);
      const origin = String(row['origin']);
      const { scores, affected } = storedAffected.parse(JSON.parse(String(row['affected'])));
      const advisory = storedAdvisory.parse(JSON.parse(String(row['advisory'])));
      // Several sources may have one record: the newest counts, and the first of them comes first.
      const key = JSON.stringify([name, advisory.id]);
      if ((taken.get(key) ?? origin) !== origin) continue;
      taken.set(key, origin);
      const own = scores.length > 0 ? scores : advisory.scores;
      const hit = {
        ...advisory,
        scores: own,
        affected,
        source: origin,
        ...this.#enrichment([advisory.id, ...advisory.aliases]),
      };
      hits.set(name, [...(hits.get(name) ?? []), hit]);
    }
    return hits;
  }

  statementsOn(vulnerabilities: readonly string[]): readonly ScopedStatement[] {
    return readStatements(this.#database, vulnerabilities);
  }

  close(): void {
    this.#database.close();
  }

  #enrichment(names: readonly string[]): Pick<AdvisoryHit, 'exploited' | 'exploitation'> {
    let found: Pick<AdvisoryHit, 'exploited' | 'exploitation'> = {};
    for (const cve of names.filter((name) => name.startsWith('CVE-'))) {
      const exploited = this.#exploited.get(cve);
      if (typeof exploited?.['since'] === 'string') {
        found = { ...found, exploited: { since: exploited['since'], isByRansomware: exploited['r'] === 1 } };
      }
      const exploitation = this.#exploitation.get(cve);
      const probability = exploitation?.['p'];
      const percentile = exploitation?.['q'];
      if (typeof probability === 'number' && typeof percentile === 'number') {
        found = { ...found, exploitation: { probability, percentile } };
      }
    }
    return found;
  }
}

function toSource(row: Row): AdvisorySource {
  const newest = row['newest'];
  return {
    origin: String(row['origin']),
    kind: KINDS.parse(row['kind']),
    readAt: String(row['readAt']),
    ...(typeof newest === 'string' && { newest }),
    records: Number(row['records']),
    refused: Number(row['refused']),
    isComplete: row['isComplete'] === 1,
  };
}
