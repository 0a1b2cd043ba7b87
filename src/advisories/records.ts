import type { DatabaseSync } from 'node:sqlite';
import { type ParsedRecord, parseOsvRecord } from '../controls/dependencies/advisory/osv.ts';
import { normalName } from '../controls/dependencies/advisory/package-name.ts';
import { normalVersion } from '../controls/dependencies/advisory/version-name.ts';
import { EntryError, type SourceEntry } from './sources/entry.ts';
import { toLines } from './stored.ts';
import { type Place, problemOf, SHOWN_REFUSALS, type Taken } from './taken.ts';

const PROGRESS_EVERY = 1000;

/** Takes over what is new or has changed since the source was read last, and removes what it no longer has. */
export async function takeRecords(
  database: DatabaseSync,
  entries: AsyncIterable<SourceEntry>,
  place: Place,
): Promise<Taken> {
  const table = new RecordTable(database, place);
  let changed = 0;
  let seen = 0;
  const problem = await problemOf(
    (async () => {
      for await (const entry of entries) {
        if (!table.see(entry)) {
          table.put(entry, await readRecord(entry));
          changed += 1;
        }
        seen += 1;
        if (seen % PROGRESS_EVERY === 0) place.onProgress?.(seen);
      }
    })(),
  );
  // What was not seen may lie behind the place at which reading ended.
  const removed = problem === undefined ? table.removeUnseen() : 0;
  return { ...table.count(), changed, removed, problem };
}

async function readRecord(entry: SourceEntry): Promise<ParsedRecord> {
  try {
    return parseOsvRecord(JSON.parse(await entry.read()));
  } catch (error) {
    if (error instanceof EntryError) return { kind: 'invalid', problem: error.message };
    if (error instanceof SyntaxError) return { kind: 'invalid', problem: `it is not JSON: ${error.message}` };
    throw error;
  }
}

/** The rows of one source in the tables `record` and `affected`. */
class RecordTable {
  readonly #database: DatabaseSync;
  readonly #place: Place;
  readonly #find;
  readonly #mark;
  readonly #insertRecord;
  readonly #insertAffected;
  readonly #deleteAffected;
  readonly #deleteRecord;

  constructor(database: DatabaseSync, place: Place) {
    this.#database = database;
    this.#place = place;
    this.#find = database.prepare('SELECT id, fingerprint FROM record WHERE source = ? AND entry = ?');
    this.#mark = database.prepare('UPDATE record SET round = ? WHERE id = ?');
    this.#insertRecord = database.prepare(
      `INSERT INTO record (source, entry, fingerprint, round, modified, refusal, advisory, summary, description)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    );
    this.#insertAffected = database.prepare('INSERT INTO affected VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#deleteAffected = database.prepare('DELETE FROM affected WHERE record = ?');
    this.#deleteRecord = database.prepare('DELETE FROM record WHERE id = ?');
  }

  /** Whether the entry is there as it is now; one that has changed is removed. */
  see({ entry, fingerprint }: SourceEntry): boolean {
    const known = this.#find.get(this.#place.source, entry);
    if (known === undefined) return false;
    const id = Number(known['id']);
    if (known['fingerprint'] !== fingerprint) {
      this.#remove(id);
      return false;
    }
    this.#mark.run(this.#place.round, id);
    return true;
  }

  put({ entry, fingerprint }: SourceEntry, record: ParsedRecord): void {
    const { source, round } = this.#place;
    const insert = (...[modified, refusal, advisory, summary, description]: readonly (string | null)[]): number => {
      const texts = [modified, refusal, advisory, summary, description].map((one) => one ?? null);
      const row = this.#insertRecord.get(source, entry, fingerprint, round, ...texts);
      return Number(row?.['id']);
    };
    if (record.kind === 'invalid') insert(null, record.problem);
    else if (record.kind === 'withdrawn') insert();
    else {
      const { packages, summary, description, ...advisory } = record.advisory;
      const id = insert(advisory.modified, null, JSON.stringify(advisory), summary, description);
      for (const [position, { ecosystem, name, affected, scores }] of packages.entries()) {
        const versions = affected.versions.map((version) => normalVersion(ecosystem, version));
        this.#insertAffected.run(
          ecosystem,
          normalName(ecosystem, name),
          id,
          position,
          JSON.stringify(affected.ranges),
          toLines(versions),
          JSON.stringify(scores),
        );
      }
    }
  }

  removeUnseen(): number {
    const { source, round } = this.#place;
    const unseen = this.#database.prepare('SELECT id FROM record WHERE source = ? AND round <> ?').all(source, round);
    for (const { id } of unseen) this.#remove(Number(id));
    return unseen.length;
  }

  count(): Pick<Taken, 'records' | 'refused' | 'refusals' | 'newest'> {
    const counts = this.#database
      .prepare(
        'SELECT count(*) AS records, count(refusal) AS refused, max(modified) AS newest FROM record WHERE source = ?',
      )
      .get(this.#place.source);
    const refusals = this.#database
      .prepare('SELECT entry, refusal FROM record WHERE source = ? AND refusal IS NOT NULL ORDER BY entry LIMIT ?')
      .all(this.#place.source, SHOWN_REFUSALS)
      .map(({ entry, refusal }) => ({ entry: String(entry), problem: String(refusal) }));
    const newest = counts?.['newest'];
    return {
      records: Number(counts?.['records']),
      refused: Number(counts?.['refused']),
      refusals,
      newest: typeof newest === 'string' ? newest : undefined,
    };
  }

  #remove(id: number): void {
    this.#deleteAffected.run(id);
    this.#deleteRecord.run(id);
  }
}
