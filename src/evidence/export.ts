import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceError, evidenceUsage, reasonOf } from './error.ts';
import { readRun } from './entries.ts';
import type { EvidenceFiles } from './folder.ts';
import { renderSshKey } from './keys/openssh.ts';
import { readEntry } from './ledger/entry.ts';
import { PRIVATE_FOLDER_MODE } from './ledger/files.ts';
import { type NoteKey, renderVerifierKey } from './ledger/note.ts';
import type { LedgerReader } from './ledger/read.ts';
import { readReport } from './report-store.ts';
import { preAuthenticationEncoding } from '../signatures/dsse/pre-authentication.ts';
import { reportOf } from './statement.ts';

export interface ExportOptions {
  readonly files: EvidenceFiles;
  readonly noteKey: NoteKey;
  readonly sequence: number;
  /** A folder that isn't there yet. */
  readonly to: string;
}

/**
 * Writes all that somebody needs to verify one run without Freehold: docs/evidence.md shows how. Answers the names of the files.
 * Throws `unreachable` where something is not as it was signed.
 */
export function exportRun(ledger: LedgerReader, options: ExportOptions): readonly string[] {
  const contents = contentsOf(ledger, options);
  const { to } = options;
  try {
    mkdirSync(to, { mode: PRIVATE_FOLDER_MODE });
    for (const [name, content] of contents) writeFileSync(join(to, name), content, { flag: 'wx' });
  } catch (error) {
    const hint = 'Name a folder with --to that is not there yet, below one that you may write to.';
    throw evidenceUsage('export', `${to} can't be written: ${reasonOf(error)}`, { hint, cause: error });
  }
  return contents.map(([name]) => name);
}

function contentsOf(
  ledger: LedgerReader,
  { files, noteKey, sequence }: ExportOptions,
): readonly (readonly [string, string | Uint8Array])[] {
  const { line, proof } = ledger.entry(sequence);
  const { predicate } = readRun(ledger, sequence);
  const stored = readReport(files.reports, reportOf(predicate));
  if (stored.kind !== 'report') {
    const reason = stored.kind === 'absent' ? 'it is gone' : stored.reason;
    throw evidenceError('report', `The report of entry ${String(sequence)} can't be exported: ${reason}.`);
  }
  const read = readEntry(line);
  if (read.kind === 'malformed')
    throw evidenceError('unreadable', `Entry ${String(sequence)} is none: ${read.reason}.`);
  const { envelope } = read.entry;
  const proofText = [
    'c2sp.org/tlog-proof@v1',
    `index ${String(sequence)}`,
    ...proof.map((hash) => Buffer.from(hash).toString('base64')),
    '',
    ledger.note,
  ].join('\n');
  return [
    ['checkpoint', ledger.note],
    ['checkpoint.sig', ledger.signature.bytes],
    ['checkpoint.txt', ledger.signature.text],
    ['entry.tlog-proof', proofText],
    // The leaf of the tree is exactly these bytes: no line end.
    ['envelope.json', line],
    ['envelope.pae', preAuthenticationEncoding(envelope.payloadType, envelope.payload)],
    ['envelope.sig', envelope.signatures[0]?.bytes ?? new Uint8Array()],
    ['inclusion.txt', inclusionText(ledger, sequence, proof)],
    ['public.pem', noteKey.key.key.export({ format: 'pem', type: 'spki' })],
    ['public.ssh', `${renderSshKey(noteKey.key, noteKey.name)}\n`],
    ['public.vkey', `${renderVerifierKey(noteKey)}\n`],
    ['report.json', stored.bytes],
    ['statement.json', envelope.payload],
  ];
}

/** The proof once more, as a shell can follow it: on which side each hash stands. */
function inclusionText(ledger: LedgerReader, sequence: number, proof: readonly Uint8Array[]): string {
  const sides = sidesOf(sequence, ledger.size);
  const lines = proof.map((hash, index) => `${sides[index] ?? ''} ${Buffer.from(hash).toString('hex')}\n`);
  return lines.join('');
}

/** From the leaf up, on which side the sibling stands: PATH of RFC 6962 section 2.1.1, from below. */
function sidesOf(index: number, size: number): readonly ('left' | 'right')[] {
  const sides: ('left' | 'right')[] = [];
  for (let from = 0, to = size; to - from > 1;) {
    let split = 1;
    while (split * 2 < to - from) split *= 2;
    const isLeft = index < from + split;
    sides.push(isLeft ? 'right' : 'left');
    if (isLeft) to = from + split;
    else from += split;
  }
  return sides.toReversed();
}
