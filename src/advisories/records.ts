import type { DatabaseSync } from 'node:sqlite';
import { type ParsedRecord, parseOsvRecord } from '../controls/dependencies/advisory/osv.ts';
import { vexFormatOf } from '../controls/dependencies/vex/document.ts';
import { RecordTable } from './record-table.ts';
import { EntryError, type SourceEntry } from './sources/entry.ts';
import { type Place, problemOf, type Taken } from './taken.ts';

const PROGRESS_EVERY = 1000;
const AMONG_ADVISORIES = 'it is a VEX document among advisories: keep it in a source of its own';

/** Takes over what is new or has changed since the source was read last, and removes what it no longer has. */
export async function takeRecords(
  database: DatabaseSync,
  entries: AsyncIterable<SourceEntry>,
  place: Place,
): Promise<Taken> {
  const table = new RecordTable(database, place);
  let changed = 0;
  let seen = 0;
  const problem = await problemOf(
    (async () => {
      for await (const entry of entries) {
        if (!table.see(entry)) {
          table.put(entry, await readRecord(entry));
          changed += 1;
        }
        seen += 1;
        if (seen % PROGRESS_EVERY === 0) place.onProgress?.(seen);
      }
    })(),
  );
  // What was not seen may lie behind the place at which reading ended.
  const removed = problem === undefined ? table.removeUnseen() : 0;
  return { ...table.count(), changed, removed, problem };
}

async function readRecord(entry: SourceEntry): Promise<ParsedRecord> {
  try {
    const json: unknown = JSON.parse(await entry.read());
    if (vexFormatOf(json) !== undefined) return { kind: 'invalid', problem: AMONG_ADVISORIES };
    return parseOsvRecord(json);
  } catch (error) {
    if (error instanceof EntryError) return { kind: 'invalid', problem: error.message };
    if (error instanceof SyntaxError) return { kind: 'invalid', problem: `it is not JSON: ${error.message}` };
    throw error;
  }
}
