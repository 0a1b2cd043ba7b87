import { closeSync, constants, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { checkpointText } from './checkpoint.ts';
import { storeCheckpoint } from './checkpoint-file.ts';
import { type LedgerFiles, PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE, syncFolder } from './files.ts';
import { rootOf } from './merkle.ts';
import type { LedgerSigner } from './repair.ts';

const NO_HASHES = (): never => {
  throw new RangeError('an empty tree has no nodes');
};

/** Makes an empty ledger in a folder that isn't there yet: that its key can sign is seen here first. */
export async function createLedger(files: LedgerFiles, signer: LedgerSigner): Promise<void> {
  mkdirSync(files.folder, { mode: PRIVATE_FOLDER_MODE });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  for (const path of [files.entries, files.tree, files.lock]) {
    const file = openSync(path, flags, PRIVATE_FILE_MODE);
    fsyncSync(file);
    closeSync(file);
  }
  const text = checkpointText({ origin: signer.name, size: 0, root: rootOf(0, NO_HASHES) });
  storeCheckpoint(files, { text, signature: await signer.sign(Buffer.from(text)), signer });
  syncFolder(files.folder);
}
