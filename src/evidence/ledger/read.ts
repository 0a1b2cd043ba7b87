import { closeSync, openSync } from 'node:fs';
import { evidenceError, reasonOf } from '../error.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { readCheckpointFile } from './checkpoint-file.ts';
import { type LedgerFiles, readAt } from './files.ts';
import { areEqual, inclusionProof, isIncluded, leafHash, rootOf } from './merkle.ts';
import type { NoteKey } from './note.ts';
import { TreeReader } from './tree.ts';

/** A ledger as its checkpoint vouches for it; reading needs no lock, as nothing of that ever changes. */
export class LedgerReader {
  readonly checkpoint: Checkpoint;
  /** The signed note itself. */
  readonly note: string;
  readonly signature: { readonly text: string; readonly bytes: Uint8Array };
  readonly #entries: number;
  readonly #tree: number;
  readonly #reader: TreeReader;
  readonly #files: LedgerFiles;

  /** Throws `unreachable` where it can't be read, or where its checkpoint isn't signed by the key or doesn't fit. */
  constructor(files: LedgerFiles, noteKey: NoteKey) {
    this.#files = files;
    this.note = readCheckpointFile(files.checkpoint);
    const read = readCheckpoint(this.note, noteKey);
    if (read.kind === 'refused') throw unreadable(files, `its checkpoint is not to be trusted: ${read.reason}`);
    this.checkpoint = read.checkpoint;
    this.signature = { text: read.text, bytes: read.signature };
    [this.#entries, this.#tree] = openBoth(files);
    this.#reader = new TreeReader(this.#tree);
    const { size, root } = this.checkpoint;
    try {
      if (areEqual(rootOf(size, this.#reader.hashOf), root)) return;
    } catch (error) {
      this.close();
      throw unreadable(files, reasonOf(error), error);
    }
    this.close();
    throw unreadable(files, 'its hashes are not those that the checkpoint vouches for');
  }

  get size(): number {
    return this.checkpoint.size;
  }

  /** The line of an entry, which is looked at to be the one that the checkpoint vouches for. */
  entry(sequence: number): { readonly line: Uint8Array; readonly proof: readonly Uint8Array[] } {
    const { size, root } = this.checkpoint;
    try {
      const start = this.#reader.endOf(sequence);
      const { end } = this.#reader.node(0, sequence);
      const line = readAt(this.#entries, end - start - 1, start);
      const proof = this.proofOf(sequence);
      if (isIncluded({ index: sequence, size, leaf: leafHash(line), root }, proof)) return { line, proof };
    } catch (error) {
      throw unreadable(this.#files, `entry ${String(sequence)}: ${reasonOf(error)}`, error);
    }
    throw unreadable(this.#files, `entry ${String(sequence)} is not the one that the checkpoint vouches for`);
  }

  proofOf(sequence: number): readonly Uint8Array[] {
    return inclusionProof(sequence, this.checkpoint.size, this.#reader.hashOf);
  }

  close(): void {
    closeSync(this.#entries);
    closeSync(this.#tree);
  }
}

function openBoth(files: LedgerFiles): readonly [number, number] {
  try {
    const entries = openSync(files.entries, 'r');
    try {
      return [entries, openSync(files.tree, 'r')];
    } catch (error) {
      closeSync(entries);
      throw error;
    }
  } catch (error) {
    throw unreadable(files, reasonOf(error), error);
  }
}

function unreadable({ folder }: LedgerFiles, reason: string, cause?: unknown): Error {
  const hint = '`freehold evidence verify` looks at all of it and says what is wrong.';
  return evidenceError('unreadable', `The ledger in ${folder} can't be read: ${reason}.`, { hint, cause });
}
