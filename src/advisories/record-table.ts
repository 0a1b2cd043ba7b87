import type { DatabaseSync } from 'node:sqlite';
import type { ParsedRecord } from '../controls/dependencies/advisory/osv.ts';
import { normalName } from '../controls/dependencies/advisory/package-name.ts';
import { normalVersion } from '../controls/dependencies/advisory/version-name.ts';
import type { WrittenStatement } from '../controls/dependencies/vex/parsed.ts';
import type { SourceEntry } from './sources/entry.ts';
import { toLines } from './stored.ts';
import { type Place, SHOWN_REFUSALS, type Taken } from './taken.ts';

type Row = Pick<SourceEntry, 'entry' | 'fingerprint'>;

interface Content {
  readonly modified?: string | undefined;
  readonly refusal?: string;
  readonly json?: object;
  readonly summary?: string;
  readonly description?: string;
}

/** The rows of one source in the tables `record`, `affected` and `stated`. */
export class RecordTable {
  readonly #database: DatabaseSync;
  readonly #place: Place;
  readonly #find;
  readonly #mark;
  readonly #insertRecord;
  readonly #insertAffected;
  readonly #insertStated;
  readonly #deleteAffected;
  readonly #deleteStated;
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
    this.#insertStated = database.prepare('INSERT OR IGNORE INTO stated VALUES (?, ?)');
    this.#deleteStated = database.prepare('DELETE FROM stated WHERE record = ?');
    this.#deleteAffected = database.prepare('DELETE FROM affected WHERE record = ?');
    this.#deleteRecord = database.prepare('DELETE FROM record WHERE id = ?');
  }

  /** Whether the entry is there as it is now; one that has changed is removed. */
  see({ entry, fingerprint }: Row): boolean {
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

  put(row: Row, record: ParsedRecord): void {
    if (record.kind === 'invalid') this.refuse(row, record.problem);
    else if (record.kind === 'withdrawn') this.#insert(row, {});
    else {
      const { packages, summary, description, ...advisory } = record.advisory;
      const id = this.#insert(row, { modified: advisory.modified, json: advisory, summary, description });
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

  putStatement(row: Row, statement: WrittenStatement): void {
    const id = this.#insert(row, { modified: statement.timestamp, json: statement });
    for (const name of statement.vulnerabilities) this.#insertStated.run(name.toUpperCase(), id);
  }

  refuse(row: Row, problem: string): void {
    this.#insert(row, { refusal: problem });
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

  #insert({ entry, fingerprint }: Row, { modified, refusal, json, summary, description }: Content): number {
    const { source, round } = this.#place;
    const text = json === undefined ? undefined : JSON.stringify(json);
    const texts = [modified, refusal, text, summary, description].map((one) => one ?? null);
    const row = this.#insertRecord.get(source, entry, fingerprint, round, ...texts);
    return Number(row?.['id']);
  }

  #remove(id: number): void {
    this.#deleteAffected.run(id);
    this.#deleteStated.run(id);
    this.#deleteRecord.run(id);
  }
}
