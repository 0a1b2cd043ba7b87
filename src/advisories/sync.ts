import type { DatabaseSync } from 'node:sqlite';
import type { AdvisorySource } from '../core/advisory.ts';
import { takeExploitation, takeExploited } from './lists.ts';
import { takeRecords } from './records.ts';
import { takeStatements } from './statements.ts';
import { type OpenSource, openSource } from './sources/open-source.ts';
import type { Place, Taken } from './taken.ts';

export interface SyncOptions {
  /** A folder or file on this disk. */
  readonly path: string;
  /** What it is known by: the path, or the address it was fetched from. */
  readonly origin: string;
  readonly now: Date;
  readonly onProgress?: (records: number) => void;
}

/** What one source brought. */
export interface SyncResult extends Pick<Taken, 'changed' | 'removed' | 'refusals' | 'problem'> {
  readonly source: AdvisorySource;
}

/**
 * Brings the index up to date with one source, in one transaction. What has not changed is not read again, what the source
 * no longer has goes; where the source breaks off in the middle, nothing goes.
 */
export async function syncSource(database: DatabaseSync, options: SyncOptions): Promise<SyncResult> {
  const opened = await openSource(options.path);
  const { origin, now, onProgress } = options;
  return inTransaction(database, async () => {
    const readAt = now.toISOString();
    const row = database
      .prepare(
        `INSERT INTO source (origin, kind, readAt, records, refused, isComplete, round) VALUES (?, ?, ?, 0, 0, 0, 1)
         ON CONFLICT (origin) DO UPDATE SET kind = excluded.kind, readAt = excluded.readAt, round = round + 1
         RETURNING id, round`,
      )
      .get(origin, opened.kind, readAt);
    const id = Number(row?.['id']);
    const taken = await take(database, opened, { source: id, round: Number(row?.['round']), onProgress });
    const { records, refused, refusals, newest, changed, removed, problem } = taken;
    const isComplete = problem === undefined;
    database
      .prepare('UPDATE source SET newest = ?, records = ?, refused = ?, isComplete = ? WHERE id = ?')
      .run(newest ?? null, records, refused, Number(isComplete), id);
    const known = { origin, kind: opened.kind, readAt, records, refused, isComplete };
    const source: AdvisorySource = newest === undefined ? known : { ...known, newest };
    return { source, changed, removed, refusals, problem };
  });
}

function take(database: DatabaseSync, opened: OpenSource, place: Place): Promise<Taken> {
  switch (opened.kind) {
    case 'osv':
      return takeRecords(database, opened.entries, place);
    case 'kev':
      return takeExploited(database, opened.lines, place);
    case 'epss':
      return takeExploitation(database, opened.lines, place);
    case 'vex':
      return takeStatements(database, opened.entries, place);
  }
}

/** Takes a source with all that came from it out of the index; answers whether there was one. */
export async function forgetSource(database: DatabaseSync, origin: string): Promise<boolean> {
  return inTransaction(database, () => {
    const id = database.prepare('SELECT id FROM source WHERE origin = ?').get(origin)?.['id'];
    if (typeof id !== 'number') return Promise.resolve(false);
    for (const table of ['affected', 'stated']) {
      database.prepare(`DELETE FROM ${table} WHERE record IN (SELECT id FROM record WHERE source = ?)`).run(id);
    }
    for (const table of ['record', 'exploited', 'exploitation']) {
      database.prepare(`DELETE FROM ${table} WHERE source = ?`).run(id);
    }
    database.prepare('DELETE FROM source WHERE id = ?').run(id);
    return Promise.resolve(true);
  });
}

async function inTransaction<Result>(database: DatabaseSync, work: () => Promise<Result>): Promise<Result> {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = await work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
