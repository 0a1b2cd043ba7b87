import { opendir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { hash } from 'node:crypto';
import { ENTRY_LIMIT_BYTES, EntryError, type SourceEntry, tooLarge } from './entry.ts';

/** The JSON files of a folder and all below it, links left out. */
export async function* folderEntries(folder: string): AsyncGenerator<SourceEntry> {
  for await (const found of await opendir(folder, { recursive: true })) {
    if (!found.isFile() || !found.name.endsWith('.json')) continue;
    const path = join(found.parentPath, found.name);
    const entry = relative(folder, path);
    const text = await readText(path).catch((error: unknown) => error);
    yield {
      entry,
      fingerprint: typeof text === 'string' ? hash('sha256', text, 'base64url') : 'unreadable',
      read: () => {
        if (typeof text === 'string') return text;
        if (text instanceof EntryError) throw text;
        throw new EntryError(text instanceof Error ? text.message : String(text), { cause: text });
      },
    };
  }
}

async function readText(path: string): Promise<string> {
  if ((await stat(path)).size > ENTRY_LIMIT_BYTES) throw tooLarge();
  return readFile(path, 'utf8');
}
