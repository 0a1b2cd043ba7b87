import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const PRIVATE_FILE_MODE = 0o600;
export const PRIVATE_FOLDER_MODE = 0o700;

/** The files of a ledger. */
export interface LedgerFiles {
  readonly folder: string;
  /** One envelope a line: what a third party reads. */
  readonly entries: string;
  /** The hashes of all complete subtrees, and where each ends in `entries`: can be made anew from it. */
  readonly tree: string;
  /** How far the ledger reaches: what stands behind it was never acknowledged. */
  readonly checkpoint: string;
  readonly newCheckpoint: string;
  readonly lock: string;
}

export function ledgerFiles(folder: string): LedgerFiles {
  return {
    folder,
    entries: join(folder, 'entries.jsonl'),
    tree: join(folder, 'tree'),
    checkpoint: join(folder, 'checkpoint'),
    newCheckpoint: join(folder, 'checkpoint.new'),
    lock: join(folder, 'lock'),
  };
}

/** Writes all of it, which one write(2) need not do. */
export function writeAt(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

/** Reads all of it; throws where the file ends before. */
export function readAt(file: number, length: number, position: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length;) {
    const count = readSync(file, bytes, done, length - done, position + done);
    if (count === 0) throw new RangeError(`the file ends before byte ${String(position + length)}`);
    done += count;
  }
  return bytes;
}

export function sizeOf(file: number): number {
  return fstatSync(file).size;
}

/** Names in a folder are on the disk only when the folder is (fsync(2)). */
export function syncFolder(path: string): void {
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
