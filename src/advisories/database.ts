import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { FreeholdError } from '../core/error.ts';

/** Changes with {@link TABLES}, and with the spelling of versions: an index of another format is made anew from its sources. */
const FORMAT = 2;
const BUSY_TIMEOUT_MS = 10_000;

/**
 * `entry` tells the records of one source apart, `fingerprint` says whether one changed since it was read, `round` when it was
 * seen last. `advisory`, `ranges` and `scores` are JSON, as `stored.ts` has them; `versions` are lines, spelled as
 * `normalVersion` does, with a line end before the first and behind the last. A statement of a VEX document is a
 * record as well; `stated` has the names of the weaknesses that it is about, in capitals.
 */
const TABLES = `
CREATE TABLE source (
  id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, readAt TEXT NOT NULL, newest TEXT,
  records INTEGER NOT NULL, refused INTEGER NOT NULL, isComplete INTEGER NOT NULL, round INTEGER NOT NULL, validator TEXT
) STRICT;
CREATE TABLE record (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, entry TEXT NOT NULL, fingerprint TEXT NOT NULL, round INTEGER NOT NULL,
  modified TEXT, refusal TEXT, advisory TEXT, summary TEXT, description TEXT, UNIQUE (source, entry)
) STRICT;
CREATE TABLE affected (
  ecosystem TEXT NOT NULL, name TEXT NOT NULL, record INTEGER NOT NULL, position INTEGER NOT NULL, ranges TEXT NOT NULL,
  versions TEXT NOT NULL, scores TEXT NOT NULL,
  PRIMARY KEY (ecosystem, name, record, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX affectedByRecord ON affected (record);
CREATE TABLE stated (
  vulnerability TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (vulnerability, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX statedByRecord ON stated (record);
CREATE TABLE exploited (
  cve TEXT NOT NULL, source INTEGER NOT NULL, since TEXT NOT NULL, isByRansomware INTEGER NOT NULL, PRIMARY KEY (cve, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE exploitation (
  cve TEXT NOT NULL, source INTEGER NOT NULL, probability REAL NOT NULL, percentile REAL NOT NULL, PRIMARY KEY (cve, source)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = ${String(FORMAT)};
`;

/** Opens the file of the index. To write it, it is made in its folder where there is none. Throws `usage` for what is no index. */
export function openDatabase(path: string, { readOnly }: { readonly readOnly: boolean }): DatabaseSync {
  if (readOnly && !existsSync(path)) throw missing(path);
  try {
    const database = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
    const format = database.prepare('PRAGMA user_version').get()?.['user_version'];
    const isNew = format === 0 && database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
    if (isNew && !readOnly) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT;`);
    else if (format !== FORMAT) {
      throw new Error(`it has the format ${String(format)}, and this release reads ${String(FORMAT)}`);
    }
    return database;
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function missing(path: string): FreeholdError {
  const message = `There is no index of advisories yet (${path}).`;
  const hint = 'Make it: freehold deps sync --from PATH-OR-ADDRESS.';
  return new FreeholdError('usage', [{ code: 'advisories/no-index', level: 'error', message, hint }]);
}

export function unusable(path: string, reason: string, cause: unknown): FreeholdError {
  const message = `The index of advisories ${path} can't be used: ${reason}.`;
  const hint = 'Remove the file, and make it anew: freehold deps sync --from PATH-OR-ADDRESS.';
  return new FreeholdError('usage', [{ code: 'advisories/index-unusable', level: 'error', message, hint }], { cause });
}
