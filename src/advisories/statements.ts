import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { parseVex } from '../controls/dependencies/vex/document.ts';
import type { ParsedVex, WrittenStatement } from '../controls/dependencies/vex/parsed.ts';
import { RecordTable } from './record-table.ts';
import { EntryError, type SourceEntry, WHOLE_SOURCE } from './sources/entry.ts';
import { type Place, problemOf, type Taken } from './taken.ts';

const PROGRESS_EVERY = 1000;

/** Takes over the statements of VEX documents, each a record of its own, and removes what their source no longer says. */
export async function takeStatements(
  database: DatabaseSync,
  entries: AsyncIterable<SourceEntry>,
  place: Place,
): Promise<Taken> {
  const table = new RecordTable(database, place);
  let [changed, seen] = [0, 0];
  const problem = await problemOf(
    (async () => {
      for await (const entry of entries) {
        for (const row of rowsOf(entry, await readDocument(entry))) {
          if (!table.see(row)) {
            if (row.kind === 'statement') table.putStatement(row, row.statement);
            else table.refuse(row, row.problem);
            changed += 1;
          }
          seen += 1;
          if (seen % PROGRESS_EVERY === 0) place.onProgress?.(seen);
        }
      }
    })(),
  );
  // What was not seen may lie behind the place at which reading ended.
  const removed = problem === undefined ? table.removeUnseen() : 0;
  return { ...table.count(), changed, removed, problem };
}

async function readDocument(entry: SourceEntry): Promise<ParsedVex> {
  try {
    return parseVex(JSON.parse(await entry.read()));
  } catch (error) {
    if (error instanceof EntryError) return { kind: 'invalid', problem: error.message };
    if (error instanceof SyntaxError) return { kind: 'invalid', problem: `it is not JSON: ${error.message}` };
    throw error;
  }
}

type StatementRow = Pick<SourceEntry, 'entry' | 'fingerprint'> &
  (
    | { readonly kind: 'statement'; readonly statement: WrittenStatement }
    | { readonly kind: 'invalid'; readonly problem: string }
  );

/** A file that is the whole source has no name in it, and half of one is none. */
function* rowsOf({ entry, fingerprint }: SourceEntry, parsed: ParsedVex): Generator<StatementRow> {
  if (parsed.kind === 'invalid') {
    if (entry === WHOLE_SOURCE) throw new Error(parsed.problem);
    yield { kind: 'invalid', entry, fingerprint, problem: parsed.problem };
    return;
  }
  for (const one of parsed.statements) {
    const named = entry === WHOLE_SOURCE ? one.at : `${entry} ${one.at}`;
    if (one.kind === 'invalid') {
      yield { kind: 'invalid', entry: named, fingerprint: hashOf(one.problem), problem: one.problem };
      continue;
    }
    // A document that has no name of its own is called after its file.
    const statement = entry === WHOLE_SOURCE ? one.statement : { document: entry, ...one.statement };
    yield { kind: 'statement', entry: named, fingerprint: hashOf(JSON.stringify(statement)), statement };
  }
}

function hashOf(text: string): string {
  return hash('sha256', text, 'base64url');
}
