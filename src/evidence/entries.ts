import { evidenceError } from './error.ts';
import type { EvidenceFiles } from './folder.ts';
import { readEntry } from './ledger/entry.ts';
import type { NoteKey } from './ledger/note.ts';
import { LedgerReader } from './ledger/read.ts';
import { readRunPredicate, type RunPredicate } from './statement.ts';

/** A run as the ledger has it. */
export interface RecordedRun {
  readonly sequence: number;
  readonly subject: string;
  readonly predicateType: string;
  readonly predicate: RunPredicate;
}

/** Does something with a ledger that is open to be read. */
export function withLedger<Result>(
  files: EvidenceFiles,
  noteKey: NoteKey,
  work: (ledger: LedgerReader) => Result,
): Result {
  const ledger = new LedgerReader(files.ledger, noteKey);
  try {
    return work(ledger);
  } finally {
    ledger.close();
  }
}

/** One run, its line held against the checkpoint; throws `unreachable` for what isn't the one that it vouches for. */
export function readRun(ledger: LedgerReader, sequence: number): RecordedRun {
  const read = readEntry(ledger.entry(sequence).line);
  if (read.kind === 'malformed') throw unreadable(sequence, read.reason);
  const { statement } = read.entry;
  const predicate = readRunPredicate(statement.predicate);
  if (predicate === undefined) throw unreadable(sequence, 'it does not say what was run');
  const subject = statement.subjects[0]?.name ?? predicate.machine.address;
  return { sequence, subject, predicateType: statement.predicateType, predicate };
}

function unreadable(sequence: number, reason: string): Error {
  return evidenceError('unreadable', `Entry ${String(sequence)} of the ledger can't be read: ${reason}.`);
}
