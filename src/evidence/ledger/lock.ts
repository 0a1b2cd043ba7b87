import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { evidenceError } from '../error.ts';

const RETRY_LEAST_MS = 2;
const RETRY_MOST_MS = 25;
/** Whoever has the lock signs while it does, and a person may have to touch a token. */
const WAIT_LIMIT_MS = 120_000;

/**
 * Does something while nobody else writes. The lock is SQLite's on an empty file, so the kernel's (fcntl(2)): it goes when the
 * process does, however that ends, and there is no stale one to be told from one that is held. Node has no flock(2).
 */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const lock = await acquire(file);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(file: string): Promise<DatabaseSync> {
  const startedMs = performance.now();
  for (;;) {
    const lock = tryToAcquire(file);
    if (lock !== undefined) return lock;
    if (performance.now() - startedMs > WAIT_LIMIT_MS)
      throw evidenceError('locked', 'Another process has been writing to the ledger for too long.', {
        hint: `fuser ${file} names it.`,
      });
    await sleep(RETRY_LEAST_MS + Math.random() * (RETRY_MOST_MS - RETRY_LEAST_MS));
  }
}

function tryToAcquire(file: string): DatabaseSync | undefined {
  const { ino } = statSync(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    // New keys put the whole folder aside: then this is the lock of a ledger that is closed.
    if (statSync(file).ino === ino) return database;
  } catch (error) {
    if (!isBusy(error)) {
      database.close();
      throw error;
    }
  }
  database.close();
  return undefined;
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  return error.errcode === SQLITE_BUSY || error.errcode === SQLITE_LOCKED;
}
