import { closeSync, openSync } from 'node:fs';
import { evidenceError, evidenceUsage, reasonOf } from './error.ts';
import type { EvidenceFiles } from './folder.ts';
import { type Checkpoint, readCheckpoint } from './ledger/checkpoint.ts';
import { readCheckpointFile } from './ledger/checkpoint-file.ts';
import { readEntry, whyNotInPlace } from './ledger/entry.ts';
import { sizeOf } from './ledger/files.ts';
import { linesOf } from './ledger/lines.ts';
import { areEqual, leafHash } from './ledger/merkle.ts';
import type { NoteKey } from './ledger/note.ts';
import { RollingRoot } from './ledger/rolling-root.ts';
import { TreeComparison } from './ledger/tree-comparison.ts';
import { readReport } from './report-store.ts';
import { readRunPredicate, reportOf } from './statement.ts';

/** One thing that is not as it was signed. */
export interface EvidenceProblem {
  readonly code: 'checkpoint' | 'entry' | 'missing-entries' | 'root' | 'hashes' | 'report' | 'forked' | 'truncated';
  readonly message: string;
}

export interface EvidenceVerification {
  /** How many entries were looked at. */
  readonly entries: number;
  readonly reports: number;
  /** What the ledger vouches for; absent where its checkpoint is none. */
  readonly checkpoint?: Checkpoint;
  /** None: all is as it was signed. The first {@link PROBLEMS_LIMIT}. */
  readonly problems: readonly EvidenceProblem[];
  /** Bytes behind the checkpoint, of a run that was cut off: nobody vouches for them, and they were never acknowledged. */
  readonly unacknowledgedBytes: number;
}

export interface VerifyOptions {
  /** Whose signatures count. */
  readonly noteKey: NoteKey;
  /** A checkpoint that was kept elsewhere, as its note. */
  readonly kept?: string;
}

const PROBLEMS_LIMIT = 100;

/** Looks at all of a ledger: every signature, the chain, the tree, and every report. Throws `unreachable` where there is none. */
export function verifyEvidence(files: EvidenceFiles, { noteKey, kept }: VerifyOptions): EvidenceVerification {
  const own = readCheckpoint(readCheckpointFile(files.ledger.checkpoint), noteKey);
  if (own.kind === 'refused')
    return finish({ problems: [{ code: 'checkpoint', message: `The checkpoint: ${own.reason}.` }] });
  const problems: EvidenceProblem[] = [];
  const keptHead = kept === undefined ? undefined : readKept(kept, noteKey);
  const looked = lookAt(files, { noteKey, checkpoint: own.checkpoint, kept: keptHead, problems });
  return finish({ ...looked, checkpoint: own.checkpoint, problems });
}

function finish(partial: Partial<EvidenceVerification> & Pick<EvidenceVerification, 'problems'>): EvidenceVerification {
  const problems = partial.problems.slice(0, PROBLEMS_LIMIT);
  return { entries: 0, reports: 0, unacknowledgedBytes: 0, ...partial, problems };
}

/** One that this key didn't sign proves nothing: that is the user's to mend. */
function readKept(note: string, noteKey: NoteKey): Checkpoint {
  const read = readCheckpoint(note, noteKey);
  if (read.kind === 'checkpoint') return read.checkpoint;
  throw evidenceUsage('kept-checkpoint', `The checkpoint that was kept proves nothing: ${read.reason}.`);
}

interface Look {
  readonly noteKey: NoteKey;
  readonly checkpoint: Checkpoint;
  readonly kept: Checkpoint | undefined;
  readonly problems: EvidenceProblem[];
}

function lookAt(
  files: EvidenceFiles,
  look: Look,
): Pick<EvidenceVerification, 'entries' | 'reports' | 'unacknowledgedBytes'> {
  const { checkpoint, kept, problems } = look;
  const entries = openToRead(files.ledger.entries);
  const tree = new TreeComparison(files.ledger.tree);
  const rolling = new RollingRoot();
  const seenReports = new Set<string>();
  let keptRoot = kept?.size === 0 ? rolling.root() : undefined;
  let [end, previous]: [number, string | null] = [0, null];
  try {
    for (const line of linesOf(entries, 0, sizeOf(entries))) {
      if (rolling.size === checkpoint.size || !line.isWhole) break;
      const position = { sequence: rolling.size, previous };
      for (const problem of lookAtEntry(line.bytes, { files, look, seenReports, position })) add(problems, problem);
      const hash = leafHash(line.bytes);
      tree.add(rolling.add(hash), line.end);
      previous = Buffer.from(hash).toString('hex');
      end = line.end;
      if (rolling.size === kept?.size) keptRoot = rolling.root();
    }
    lookAtHeads(rolling, look, keptRoot);
    return { entries: rolling.size, reports: seenReports.size, unacknowledgedBytes: sizeOf(entries) - end };
  } finally {
    // Of entries that are wrong themselves nothing is to be learnt about their hashes.
    if (!tree.finish() && problems.length === 0) add(problems, wrongHashes(files));
    closeSync(entries);
  }
}

/** A copy only, from which proofs are made. */
function wrongHashes({ ledger }: EvidenceFiles): EvidenceProblem {
  const message = `The stored hashes are not those of the entries. They are no evidence themselves: remove ${ledger.tree}, and the next run makes it anew.`;
  return { code: 'hashes', message };
}

interface EntryLook {
  readonly files: EvidenceFiles;
  readonly look: Look;
  readonly seenReports: Set<string>;
  readonly position: { readonly sequence: number; readonly previous: string | null };
}

function lookAtEntry(line: Uint8Array, { files, look, seenReports, position }: EntryLook): readonly EvidenceProblem[] {
  const name = `Entry ${String(position.sequence)}`;
  const read = readEntry(line);
  if (read.kind === 'malformed') return [{ code: 'entry', message: `${name} is none: ${read.reason}.` }];
  const { entry } = read;
  const why = whyNotInPlace(entry, { origin: look.noteKey.name, ...position }, look.noteKey);
  const wrong: readonly EvidenceProblem[] = why === undefined ? [] : [{ code: 'entry', message: `${name}: ${why}.` }];
  const predicate = readRunPredicate(entry.statement.predicate);
  if (predicate === undefined) return [...wrong, { code: 'entry', message: `${name} does not say what was run.` }];
  const identity = reportOf(predicate);
  const subject = entry.statement.subjects.some(({ digest }) => digest.get('sha256') === identity.sha256);
  if (!subject) return [...wrong, { code: 'entry', message: `${name} is not about its own report.` }];
  if (seenReports.has(identity.sha256)) return wrong;
  seenReports.add(identity.sha256);
  const stored = readReport(files.reports, identity);
  if (stored.kind === 'report') return wrong;
  const reason = stored.kind === 'absent' ? 'it is gone' : stored.reason;
  return [
    ...wrong,
    { code: 'report', message: `The report of entry ${String(position.sequence)} (${identity.sha256}): ${reason}.` },
  ];
}

function lookAtHeads(
  rolling: RollingRoot,
  { checkpoint, kept, problems }: Look,
  keptRoot: Uint8Array | undefined,
): void {
  if (rolling.size < checkpoint.size) {
    const message = `There are ${String(rolling.size)} entries, and the checkpoint vouches for ${String(checkpoint.size)}: some were removed.`;
    add(problems, { code: 'missing-entries', message });
  } else if (!areEqual(rolling.root(), checkpoint.root)) {
    add(problems, {
      code: 'root',
      message: 'The entries are not those that the checkpoint vouches for: some were changed, moved or exchanged.',
    });
  }
  if (kept === undefined) return;
  if (kept.size > checkpoint.size) {
    const message = `The checkpoint that was kept vouches for ${String(kept.size)} entries, this ledger has ${String(checkpoint.size)}: its end was cut off, or an old copy put back.`;
    add(problems, { code: 'truncated', message });
  } else if (keptRoot === undefined || !areEqual(keptRoot, kept.root)) {
    const message = `The first ${String(kept.size)} entries are not those that the checkpoint that was kept vouches for: the ledger was forked.`;
    add(problems, { code: 'forked', message });
  }
}

function add(problems: EvidenceProblem[], problem: EvidenceProblem): void {
  if (problems.length < PROBLEMS_LIMIT) problems.push(problem);
}

function openToRead(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw evidenceError('unreadable', `${path} can't be read: ${reasonOf(error)}`, { cause: error });
  }
}
