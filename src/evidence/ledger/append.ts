import { closeSync, constants, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { evidenceError, reasonOf } from '../error.ts';
import { ENVELOPE_LIMIT_BYTES } from '../../signatures/dsse/envelope.ts';
import { checkpointText } from './checkpoint.ts';
import { storeCheckpoint } from './checkpoint-file.ts';
import type { Position } from './entry.ts';
import { type LedgerFiles, PRIVATE_FILE_MODE, writeAt } from './files.ts';
import { withLock } from './lock.ts';
import { leafHash, rootOf } from './merkle.ts';
import type { VerifiedNote } from './note.ts';
import { type LedgerHandles, type LedgerSigner, type OpenLedger, openRepaired, type Repair } from './repair.ts';
import { growTree, type Leaf, treeBytes } from './tree.ts';

/** Makes the line of an entry that stands at this place, without its end. */
export type MakeLine = (position: Position, signer: LedgerSigner) => Promise<Uint8Array>;

export interface Appended {
  /** In the order in which they were to be made. */
  readonly entries: readonly { readonly sequence: number; readonly leaf: string }[];
  /** What an earlier process had left half done. */
  readonly repair?: Repair;
}

const LINE_END = 0x0a;

/** Writes to a ledger, beside other processes that do. */
export class LedgerWriter {
  readonly #files: LedgerFiles;
  readonly #openSigner: () => LedgerSigner;
  /** The checkpoint that was stored last: where nobody wrote since, the next append builds on it. */
  #verified: VerifiedNote | undefined;

  constructor(files: LedgerFiles, openSigner: () => LedgerSigner) {
    this.#files = files;
    this.#openSigner = openSigner;
  }

  /**
   * Appends entries, all or none. When it returns they are on the disk (fsync(2)) with a signed checkpoint over them, and no end of
   * a process and no power cut takes them back. Throws {@link FreeholdError} where that can't be done.
   */
  async append(makers: readonly MakeLine[]): Promise<Appended> {
    const files = this.#files;
    return withLock(files.lock, async () => {
      // Only now: until the lock was there, other keys may have been made.
      const signer = this.#openSigner();
      const entries = openSync(files.entries, constants.O_RDWR);
      try {
        const tree = openSync(files.tree, constants.O_RDWR | constants.O_CREAT, PRIVATE_FILE_MODE);
        try {
          return await this.#appendTo({ files, entries, tree, signer, verified: this.#verified }, makers);
        } finally {
          closeSync(tree);
        }
      } finally {
        closeSync(entries);
      }
    });
  }

  async #appendTo(handles: LedgerHandles, makers: readonly MakeLine[]): Promise<Appended> {
    const { ledger, repair } = await openRepaired(handles);
    const { entries, verified } = await appendTo({ ...handles, ledger }, makers);
    this.#verified = verified;
    return { entries, ...(repair !== undefined && { repair }) };
  }
}

interface Writing extends LedgerHandles {
  readonly ledger: OpenLedger;
}

async function appendTo(
  writing: Writing,
  makers: readonly MakeLine[],
): Promise<Pick<Appended, 'entries'> & { readonly verified: VerifiedNote }> {
  const { files, entries, tree, signer, ledger } = writing;
  const { lines, leaves } = await makeLines(writing, makers);
  const size = ledger.size + leaves.length;
  const { hashOf } = ledger;
  let text: string;
  let signature: Uint8Array;
  try {
    writeAt(entries, lines, ledger.end);
    fsyncSync(entries);
    writeAt(tree, growTree(ledger.size, leaves, hashOf), treeBytes(ledger.size));
    fsyncSync(tree);
    text = checkpointText({ origin: signer.name, size, root: rootOf(size, hashOf) });
    signature = await signer.sign(Buffer.from(text));
  } catch (error) {
    takeBack(writing);
    throw evidenceError('not-written', `Nothing was added to the ledger: ${reasonOf(error)}`, {
      hint: `Look whether there is room below ${files.folder}.`,
      cause: error,
    });
  }
  // From here on there is a signature over the new size: other entries must not take these places any more, so nothing is taken back.
  const verified = storeCheckpoint(files, { text, signature, signer });
  const appended = leaves.map(({ hash }, index) => ({
    sequence: ledger.size + index,
    leaf: Buffer.from(hash).toString('hex'),
  }));
  return { entries: appended, verified };
}

async function makeLines(
  { signer, ledger }: Writing,
  makers: readonly MakeLine[],
): Promise<{ readonly lines: Buffer; readonly leaves: readonly Leaf[] }> {
  const lines: Uint8Array[] = [];
  const leaves: Leaf[] = [];
  let { end, previous } = ledger;
  for (const make of makers) {
    const line = await make({ origin: signer.name, sequence: ledger.size + leaves.length, previous }, signer);
    if (line.length > ENVELOPE_LIMIT_BYTES || line.includes(LINE_END))
      throw new RangeError('an entry is one line, of limited length');
    const hash = leafHash(line);
    end += line.length + 1;
    previous = Buffer.from(hash).toString('hex');
    lines.push(line, Buffer.from([LINE_END]));
    leaves.push({ hash, end });
  }
  return { lines: Buffer.concat(lines), leaves };
}

/** What was half written and nobody vouches for; where that fails too, the next who opens the ledger sees to it. */
function takeBack({ entries, tree, ledger }: Writing): void {
  try {
    ftruncateSync(entries, ledger.end);
    ftruncateSync(tree, treeBytes(ledger.size));
  } catch {
    // The disk is worse than full.
  }
}
