import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AdvisoryHit, AdvisoryIndex, AdvisorySource, ScopedStatement } from '../core/advisory.ts';
import { openDatabase, unusable } from './database.ts';
import { DamagedIndexError, storedAdvisory, storedRanges, storedScores, storedVersions } from './stored.ts';
import { readStatements } from './stored-statements.ts';

type Row = Record<string, SQLOutputValue>;

const KINDS = ['osv', 'kev', 'epss', 'vex'] as const;

/** An index that is open, and must be closed. */
export interface OpenAdvisoryIndex extends AdvisoryIndex {
  close(): void;
}

/** Opens what syncing made, to look things up in it. Throws `usage` when there is none, or it is broken. */
export function openAdvisoryIndex(path: string): OpenAdvisoryIndex {
  return new SqliteIndex(path);
}

/** Names are handed over as one JSON list: ten thousand of them are one question. */
const ABOUT = `
SELECT affected.name, source.origin, record.advisory, record.summary, record.description,
  affected.ranges, affected.versions, affected.scores
FROM json_each(?) AS asked
CROSS JOIN affected ON affected.ecosystem = ? AND affected.name = asked.value
JOIN record ON record.id = affected.record
JOIN source ON source.id = record.source
ORDER BY affected.name, record.modified DESC, source.origin, affected.position`;
const EXPLOITED = `
SELECT cve, min(since) AS since, max(isByRansomware) AS isByRansomware FROM json_each(?) AS asked
CROSS JOIN exploited ON cve = asked.value GROUP BY cve`;
const EXPLOITATION = `
SELECT cve, max(probability) AS probability, max(percentile) AS percentile FROM json_each(?) AS asked
CROSS JOIN exploitation ON cve = asked.value GROUP BY cve`;

class SqliteIndex implements OpenAdvisoryIndex {
  readonly sources: readonly AdvisorySource[];
  readonly #path: string;
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#path = path;
    this.#database = openDatabase(path, { readOnly: true });
    this.sources = this.#reading(() =>
      this.#database.prepare('SELECT * FROM source ORDER BY origin').all().map(toSource),
    );
  }

  covers(ecosystem: string): boolean {
    return this.#ask('SELECT 1 FROM affected WHERE ecosystem = ? LIMIT 1', ecosystem).length > 0;
  }

  about(ecosystem: string, names: readonly string[]): ReadonlyMap<string, readonly AdvisoryHit[]> {
    return this.#reading(() => {
      const found = this.#found(ecosystem, names);
      const cves = found.flatMap(({ hit }) => cvesOf(hit));
      const enrichment = this.#enrichment(cves);
      const hits = new Map<string, AdvisoryHit[]>();
      for (const { name, hit } of found) {
        const whole = cvesOf(hit).reduce((enriched, cve) => ({ ...enriched, ...enrichment.get(cve) }), hit);
        const known = hits.get(name);
        if (known === undefined) hits.set(name, [whole]);
        else known.push(whole);
      }
      return hits;
    });
  }

  statementsOn(vulnerabilities: readonly string[]): readonly ScopedStatement[] {
    return this.#reading(() => readStatements(this.#database, vulnerabilities));
  }

  close(): void {
    this.#database.close();
  }

  /** Sorted by name, without what other sources have newer. */
  #found(ecosystem: string, names: readonly string[]): readonly { readonly name: string; readonly hit: AdvisoryHit }[] {
    const taken = new Map<string, string>();
    return this.#ask(ABOUT, JSON.stringify([...new Set(names)].sort()), ecosystem).flatMap((row) => {
      const name = String(row['name']);
      const origin = String(row['origin']);
      const stored = storedAdvisory(String(row['advisory']));
      // Several sources may have one record: the newest counts, and the first of them comes first.
      const key = JSON.stringify([name, stored.id]);
      if ((taken.get(key) ?? origin) !== origin) return [];
      taken.set(key, origin);
      const own = storedScores(String(row['scores']));
      const hit: AdvisoryHit = {
        ...stored,
        summary: String(row['summary']),
        description: String(row['description']),
        scores: own.length > 0 ? own : stored.scores,
        affected: {
          ranges: storedRanges(String(row['ranges'])),
          versions: storedVersions(String(row['versions'])),
        },
        source: origin,
      };
      return [{ name, hit }];
    });
  }

  /** By CVE, what is known of the exploitation of each. */
  #enrichment(cves: readonly string[]): ReadonlyMap<string, Enrichment> {
    const list = JSON.stringify([...new Set(cves)].sort());
    const found = new Map<string, Enrichment>();
    for (const { cve, since, isByRansomware } of this.#ask(EXPLOITED, list)) {
      found.set(String(cve), { exploited: { since: String(since), isByRansomware: isByRansomware === 1 } });
    }
    for (const { cve, probability, percentile } of this.#ask(EXPLOITATION, list)) {
      const exploitation = { probability: Number(probability), percentile: Number(percentile) };
      found.set(String(cve), { ...found.get(String(cve)), exploitation });
    }
    return found;
  }

  #ask(question: string, ...values: readonly string[]): readonly Row[] {
    return this.#database.prepare(question).all(...values);
  }

  /** What SQLite finds damaged only while it reads, and what is no row of ours, are faults of the file. */
  #reading<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      throw unusable(this.#path, error instanceof Error ? error.message : String(error), error);
    }
  }
}

type Enrichment = Pick<AdvisoryHit, 'exploited' | 'exploitation'>;

function cvesOf({ id, aliases }: AdvisoryHit): readonly string[] {
  return [id, ...aliases].filter((name) => name.startsWith('CVE-'));
}

function toSource(row: Row): AdvisorySource {
  const newest = row['newest'];
  const kind = KINDS.find((one) => one === row['kind']);
  if (kind === undefined) throw new DamagedIndexError('it holds a source of no kind');
  return {
    origin: String(row['origin']),
    kind,
    readAt: String(row['readAt']),
    ...(typeof newest === 'string' && { newest }),
    records: Number(row['records']),
    refused: Number(row['refused']),
    isComplete: row['isComplete'] === 1,
  };
}
