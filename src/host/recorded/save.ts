import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';

const OWNER_ONLY = 0o600;
const RANDOM_BYTES = 6;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface SaveOptions {
  /** Whether a file of that name may be replaced. */
  readonly replaces: boolean;
}

/**
 * Writes a file that is either wholly there, on the disk and readable by its owner alone, or not at all; `taken` when there is one
 * that may not be replaced. Throws what the file system says.
 */
export function saveFile(path: string, bytes: Uint8Array, { replaces }: SaveOptions): 'saved' | 'taken' {
  const part = join(dirname(path), `.${basename(path)}.${randomBytes(RANDOM_BYTES).toString('hex')}.part`);
  return withSignalsHeld(() => {
    try {
      writeWhole(part, bytes);
      if (!replaces && !isMovedBeside(part, path)) return 'taken';
      if (replaces) replace(part, path);
    } finally {
      removeIfThere(part);
    }
    syncFolder(dirname(path));
    return 'saved';
  });
}

/** A place that can't be looked at can't be written to either, which says why. */
export function isTaken(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', OWNER_ONLY);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** link(2) never replaces what is there, rename(2) does. FAT of a memory stick has no links: there, looking must do. */
function isMovedBeside(part: string, path: string): boolean {
  try {
    linkSync(part, path);
  } catch {
    if (isTaken(path)) return false;
    renameSync(part, path);
  }
  return true;
}

/** A device or a folder in the way stays: `--force` means an older recording. */
function replace(part: string, path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile()) throw new Error('there is something that is not a regular file');
  renameSync(part, path);
}

/** So that the name is on the disk as well; where a file system can't, it will be by and by. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The file itself is whole and was flushed.
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or has its own name by now.
  }
}

/** Ctrl-C in the few milliseconds of writing comes too late: the file is finished. */
function withSignalsHeld<Result>(work: () => Result): Result {
  const ignore = (): void => undefined;
  for (const signal of SIGNALS) process.on(signal, ignore);
  try {
    return work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, ignore);
  }
}
