import { closeSync, constants, fsyncSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { evidenceError, reasonOf } from '../error.ts';
import { type LedgerFiles, PRIVATE_FILE_MODE, syncFolder, writeAt } from './files.ts';
import { type NoteKey, renderNote, type VerifiedNote } from './note.ts';

const CHECKPOINT_LIMIT_BYTES = 64 * 1024;

export interface SignedText {
  readonly text: string;
  readonly signature: Uint8Array;
  readonly signer: NoteKey;
}

/** Replaces the checkpoint, whole or not at all, and so that it stays replaced. The signature must be known to fit. */
export function storeCheckpoint(files: LedgerFiles, { text, signature, signer }: SignedText): VerifiedNote {
  const note = renderNote(text, signer, signature);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC;
    const file = openSync(files.newCheckpoint, flags, PRIVATE_FILE_MODE);
    try {
      writeAt(file, Buffer.from(note), 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(files.newCheckpoint, files.checkpoint);
    syncFolder(files.folder);
    return { note, keyId: signer.key.id };
  } catch (error) {
    const message = `The ledger's checkpoint could not be written: ${reasonOf(error)}`;
    const hint = 'Whether the entry counts is seen when the ledger is written to next.';
    throw evidenceError('not-written', message, { hint, cause: error });
  }
}

export function readCheckpointFile(path: string): string {
  try {
    if (statSync(path).size > CHECKPOINT_LIMIT_BYTES) throw new RangeError('it is too long');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw evidenceError('no-checkpoint', `The checkpoint ${path} can't be read: ${reasonOf(error)}`, { cause: error });
  }
}
