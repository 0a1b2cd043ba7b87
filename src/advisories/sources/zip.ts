import { buffer } from 'node:stream/consumers';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import {
  ENTRIES_LIMIT,
  ENTRY_LIMIT_BYTES,
  EntryError,
  SOURCE_LIMIT_BYTES,
  type SourceEntry,
  tooLarge,
} from './entry.ts';

/**
 * The JSON files of an archive, as OSV publishes them (`<ecosystem>/all.zip`), in its order. The archive's own checksums say
 * which have changed, so nothing else is unpacked. Throws when the archive is damaged: what came before stands.
 */
export async function* zipEntries(path: string): AsyncGenerator<SourceEntry> {
  const archive = await openPromise(path, { validateEntrySizes: true, strictFileNames: false, autoClose: false });
  let sizeBytes = 0;
  try {
    if (archive.entryCount > ENTRIES_LIMIT) throw new Error(`it has more than ${String(ENTRIES_LIMIT)} files`);
    for await (const entry of archive.eachEntry()) {
      if (!entry.fileName.endsWith('.json')) continue;
      sizeBytes += entry.uncompressedSize;
      if (sizeBytes > SOURCE_LIMIT_BYTES)
        throw new Error(`unpacked it has more than ${String(SOURCE_LIMIT_BYTES)} bytes`);
      yield {
        entry: entry.fileName,
        fingerprint: `${entry.crc32.toString()}-${entry.uncompressedSize.toString()}`,
        read: () => unpack(archive, entry),
      };
    }
  } finally {
    archive.close();
  }
}

/** yauzl ends a file that unpacks to more than it says it does. */
async function unpack(archive: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > ENTRY_LIMIT_BYTES) throw tooLarge();
  try {
    return (await buffer(await archive.openReadStreamPromise(entry))).toString('utf8');
  } catch (error) {
    throw new EntryError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
