import { decodeBase64 } from '../../signatures/dsse/base64.ts';
import type { Head } from './merkle.ts';
import { type NoteKey, readNote, type VerifiedNote } from './note.ts';

const HASH_BYTES = 32;
const SIZE = /^(?:0|[1-9]\d{0,14})$/;

/** What a ledger vouches for: its size, and the root of the tree over all its entries (https://c2sp.org/tlog-checkpoint). */
export interface Checkpoint extends Head {
  /** Which ledger this is. */
  readonly origin: string;
}

export type ReadCheckpoint =
  | {
      readonly kind: 'checkpoint';
      readonly checkpoint: Checkpoint;
      readonly text: string;
      readonly signature: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${String(size)}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Reads a checkpoint, and refuses one that this key didn't sign. Never throws. */
export function readCheckpoint(note: string, noteKey: NoteKey, verified?: VerifiedNote): ReadCheckpoint {
  const read = readNote(note, noteKey, verified);
  if (read.kind === 'refused') return read;
  const [origin = '', size = '', root = '', ...extensions] = read.text.slice(0, -1).split('\n');
  const bytes = decodeBase64(root);
  if (origin === '' || !SIZE.test(size) || bytes?.length !== HASH_BYTES || extensions.includes(''))
    return { kind: 'refused', reason: 'it is no checkpoint' };
  if (origin !== noteKey.name) return { kind: 'refused', reason: `it is one of another ledger, ${origin}` };
  const { text, signature } = read;
  return { kind: 'checkpoint', checkpoint: { origin, size: Number(size), root: bytes }, text, signature };
}
