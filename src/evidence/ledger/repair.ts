import { fsyncSync, ftruncateSync } from 'node:fs';
import { evidenceError } from '../error.ts';
import { type Checkpoint, checkpointText, readCheckpoint } from './checkpoint.ts';
import { readCheckpointFile, storeCheckpoint } from './checkpoint-file.ts';
import { readEntry, whyNotInPlace } from './entry.ts';
import { type LedgerFiles, sizeOf, writeAt } from './files.ts';
import { linesOf } from './lines.ts';
import { areEqual, type HashOfSubtree, leafHash, rootOf } from './merkle.ts';
import type { NoteKey, VerifiedNote } from './note.ts';
import { growTree, type Leaf, treeBytes, TreeReader } from './tree.ts';

/** The key of a ledger, and whoever can sign with it. */
export interface LedgerSigner extends NoteKey {
  /** The 64 bytes of an Ed25519 signature, which fit the key: that was looked at. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Where the next entry goes. */
export interface OpenLedger {
  readonly size: number;
  /** Where the last entry ends in the file of entries. */
  readonly end: number;
  /** The leaf hash of the last entry. */
  readonly previous: string | null;
  readonly hashOf: HashOfSubtree;
}

/** What a process that ended before its time had left, and what became of it. */
export interface Repair {
  /** Entries that were whole but not acknowledged: they count now. */
  readonly keptEntries: number;
  /** What was cut off behind them. */
  readonly cutBytes: number;
  /** Whether the hashes were made anew from the entries. */
  readonly isTreeRebuilt: boolean;
}

export interface LedgerHandles {
  readonly files: LedgerFiles;
  readonly entries: number;
  readonly tree: number;
  readonly signer: LedgerSigner;
  /** The checkpoint that this process stored last. */
  readonly verified?: VerifiedNote | undefined;
}

/** So many leaves are hashed before they are written. */
const REBUILD_BATCH = 10_000;

/**
 * Opens a ledger to write to it; whoever calls has the lock. What stands behind the checkpoint was never acknowledged: its whole
 * entries are kept, the rest is cut off. What the checkpoint vouches for is never touched: where it isn't there, this throws.
 */
export async function openRepaired(
  handles: LedgerHandles,
): Promise<{ readonly ledger: OpenLedger; readonly repair?: Repair }> {
  const { files, entries, tree, signer, verified } = handles;
  const read = readCheckpoint(readCheckpointFile(files.checkpoint), signer, verified);
  if (read.kind === 'refused') throw damaged(files, `the checkpoint is not to be trusted: ${read.reason}`);
  const { checkpoint } = read;
  const { size, root } = checkpoint;
  const reader = new TreeReader(tree);
  let hashOf = reader.remembering();
  const isTreeRebuilt = reader.leaves < size || !areEqual(rootOf(size, hashOf), root);
  if (isTreeRebuilt) {
    rebuildTree(handles, checkpoint);
    hashOf = reader.remembering();
  }
  const end = reader.endOf(size);
  if (sizeOf(entries) < end) throw damaged(files, 'entries are missing that the checkpoint vouches for');
  const ledger = { size, end, previous: previousOf(size, hashOf), hashOf };
  const isClean = sizeOf(entries) === end && sizeOf(tree) === treeBytes(size);
  if (isClean) return isTreeRebuilt ? { ledger, repair: { keptEntries: 0, cutBytes: 0, isTreeRebuilt } } : { ledger };
  return keepTail(handles, { ledger, isTreeRebuilt });
}

function previousOf(size: number, hashOf: HashOfSubtree): string | null {
  return size === 0 ? null : Buffer.from(hashOf(0, size - 1)).toString('hex');
}

async function keepTail(
  handles: LedgerHandles,
  { ledger, isTreeRebuilt }: { readonly ledger: OpenLedger; readonly isTreeRebuilt: boolean },
): Promise<{ readonly ledger: OpenLedger; readonly repair: Repair }> {
  const { files, entries, tree, signer } = handles;
  const leaves = tailOf(handles, ledger);
  const size = ledger.size + leaves.length;
  const end = leaves.at(-1)?.end ?? ledger.end;
  const cutBytes = sizeOf(entries) - end;
  ftruncateSync(entries, end);
  fsyncSync(entries);
  ftruncateSync(tree, treeBytes(ledger.size));
  const { hashOf } = ledger;
  writeAt(tree, growTree(ledger.size, leaves, hashOf), treeBytes(ledger.size));
  fsyncSync(tree);
  if (leaves.length > 0) {
    const text = checkpointText({ origin: signer.name, size, root: rootOf(size, hashOf) });
    storeCheckpoint(files, { text, signature: await signer.sign(Buffer.from(text)), signer });
  }
  return {
    ledger: { size, end, previous: previousOf(size, hashOf), hashOf },
    repair: { keptEntries: leaves.length, cutBytes, isTreeRebuilt },
  };
}

function tailOf({ entries, signer }: LedgerHandles, { size, end, previous }: OpenLedger): readonly Leaf[] {
  const leaves: Leaf[] = [];
  let last = previous;
  for (const line of linesOf(entries, end, sizeOf(entries))) {
    const read = line.isWhole ? readEntry(line.bytes) : undefined;
    if (read?.kind !== 'entry') break;
    const position = { origin: signer.name, sequence: size + leaves.length, previous: last };
    if (whyNotInPlace(read.entry, position, signer) !== undefined) break;
    const hash = leafHash(line.bytes);
    leaves.push({ hash, end: line.end });
    last = Buffer.from(hash).toString('hex');
  }
  return leaves;
}

/** The tree is no more than a copy of what the entries say; it must come to what the checkpoint vouches for. */
function rebuildTree({ files, entries, tree }: LedgerHandles, { size, root }: Checkpoint): void {
  ftruncateSync(tree, 0);
  const reader = new TreeReader(tree);
  let leaves = 0;
  let batch: Leaf[] = [];
  const flush = (): void => {
    writeAt(tree, growTree(leaves, batch, reader.hashOf), treeBytes(leaves));
    leaves += batch.length;
    batch = [];
  };
  for (const { bytes, end, isWhole } of linesOf(entries, 0, sizeOf(entries))) {
    if (!isWhole || leaves + batch.length === size) break;
    batch.push({ hash: leafHash(bytes), end });
    if (batch.length === REBUILD_BATCH) flush();
  }
  flush();
  fsyncSync(tree);
  if (leaves < size) throw damaged(files, 'entries are missing that the checkpoint vouches for');
  if (!areEqual(rootOf(size, reader.hashOf), root))
    throw damaged(files, 'the entries are not those that the checkpoint vouches for');
}

function damaged({ folder }: LedgerFiles, reason: string): Error {
  return evidenceError('damaged', `The ledger in ${folder} is damaged or was tampered with: ${reason}.`, {
    hint: '`freehold evidence verify` says more. Nothing is written to it; `freehold keys init --force` puts it aside and begins a new one.',
  });
}
