import { randomUUID } from 'node:crypto';
import { link, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FreeholdError } from '../core/error.ts';
import type { ByteText } from '../core/byte-text.ts';

const MODE_OF_NEW_FILES = 0o644;
const MODE_WHILE_WRITTEN = 0o600;
const MODE_BITS = 0o7777;

export interface ReplaceOptions {
  /** What must still be there, `null` for nothing; without it whatever is there gives way. */
  readonly expected?: ByteText | null;
}

/**
 * Writes a file whole or not at all, with the mode and owner that it had and behind the links that lead to it; a reader finds the old
 * text or the new one. What is no file (a device, a pipe) is written to and stays what it is.
 */
export async function replaceFile(path: string, text: ByteText, options: ReplaceOptions = {}): Promise<void> {
  const bytes = Buffer.from(text, 'latin1');
  try {
    const place = await placeOf(path);
    if (place.kind === 'no-file') await writeFile(path, bytes);
    else await exchange(place, bytes, options);
  } catch (error) {
    if (error instanceof FreeholdError) throw error;
    const message = `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`;
    throw new FreeholdError('usage', [{ code: 'output/not-written', level: 'error', message }], { cause: error });
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

type Place =
  | { readonly kind: 'no-file' }
  | { readonly kind: 'new'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly owner: Owner };

async function placeOf(path: string): Promise<Place> {
  const real = await realpath(path).catch(ignoreMissing);
  if (real === undefined) return { kind: 'new', path };
  const facts = await stat(real);
  if (!facts.isFile()) return { kind: 'no-file' };
  return { kind: 'file', path: real, mode: facts.mode & MODE_BITS, owner: facts };
}

async function exchange(
  place: Exclude<Place, { kind: 'no-file' }>,
  bytes: Uint8Array,
  { expected }: ReplaceOptions,
): Promise<void> {
  const folder = dirname(place.path);
  // What is left after a power cut must be passed over when the folder is loaded as a whole (is_blacklisted() of libapparmor).
  const temporary = join(folder, `.freehold-${randomUUID()}~`);
  try {
    const file = await open(temporary, 'wx', MODE_WHILE_WRITTEN);
    try {
      await file.writeFile(bytes);
      // Another owner takes the set-user-ID bits away: the mode comes after it (chown(2)).
      if (place.kind === 'file') await file.chown(place.owner.uid, place.owner.gid);
      await file.chmod(place.kind === 'file' ? place.mode : MODE_OF_NEW_FILES);
      await file.sync();
    } finally {
      await file.close();
    }
    await putInPlace(temporary, place.path, expected);
  } finally {
    await rm(temporary, { force: true });
  }
  await flush(folder);
}

async function putInPlace(temporary: string, path: string, expected: ByteText | null | undefined): Promise<void> {
  if (expected === null) {
    // link(2) never replaces what is there.
    await link(temporary, path).catch((error: unknown) => {
      throw codeOf(error) === 'EEXIST' ? changed(path) : error;
    });
    return;
  }
  if (expected !== undefined) {
    const there = await readFile(path).catch(ignoreMissing);
    if (there?.equals(Buffer.from(expected, 'latin1')) !== true) throw changed(path);
  }
  await rename(temporary, path);
}

/** The name is on the disk once the folder is. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function changed(path: string): FreeholdError {
  const message = `${path} was changed by somebody else meanwhile: nothing is written.`;
  const hint = 'Run the command again: it begins with what is there now.';
  return new FreeholdError('refused', [{ code: 'output/changed-meanwhile', level: 'error', message, hint }]);
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
