import { hash } from 'node:crypto';
import { ENTRY_LIMIT_BYTES, EntryError, type SourceEntry, tooLarge, WHOLE_SOURCE } from './entry.ts';
import { linesOf } from './lines.ts';

/** A file that is one JSON document. */
export async function* documentEntry(path: string, isGzip: boolean): AsyncGenerator<SourceEntry> {
  const text = await wholeText(path, isGzip);
  yield {
    entry: WHOLE_SOURCE,
    fingerprint: hash('sha256', text, 'base64url'),
    read: () => text,
  };
}

/** Lines are put together again; what is between them means nothing in JSON. */
async function wholeText(path: string, isGzip: boolean): Promise<string> {
  const lines: string[] = [];
  let sizeBytes = 0;
  for await (const line of linesOf(path, isGzip)) {
    sizeBytes += line === undefined ? ENTRY_LIMIT_BYTES + 1 : Buffer.byteLength(line) + 1;
    if (sizeBytes > ENTRY_LIMIT_BYTES) throw tooLarge();
    lines.push(line ?? '');
  }
  return lines.join('\n').replace(/^\ufeff/, '');
}

/** So many documents are looked into to tell what a folder or an archive has. */
const LOOKED_INTO = 100;

/** What the documents of a folder or an archive are: the first that says what it is decides, and advisories before statements. */
export async function kindOfEntries(
  entries: AsyncIterable<SourceEntry>,
  isVex: (json: unknown) => boolean,
): Promise<'osv' | 'vex'> {
  let [count, statements] = [0, 0];
  for await (const { read } of entries) {
    const json = await readJson(read);
    if (isVex(json)) statements += 1;
    // The names of the fields that every record of OSV has.
    else if (typeof json === 'object' && json !== null && 'id' in json && 'modified' in json) return 'osv';
    count += 1;
    if (count === LOOKED_INTO) break;
  }
  return statements > 0 ? 'vex' : 'osv';
}

async function readJson(read: SourceEntry['read']): Promise<unknown> {
  try {
    return JSON.parse(await read());
  } catch (error) {
    if (error instanceof EntryError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
