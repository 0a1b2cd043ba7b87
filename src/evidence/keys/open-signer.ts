import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { evidenceError, reasonOf } from '../error.ts';
import type { EvidenceFiles } from '../folder.ts';
import type { LedgerSigner } from '../ledger/repair.ts';
import type { VerificationKey } from '../../signatures/dsse/public-key.ts';
import { isSignedBy } from '../../signatures/dsse/verify.ts';
import { privacyOf } from './private-path.ts';
import { readSignerFile, type SignerDescription } from './signer-file.ts';
import { signWithCommand } from './sign-with-command.ts';
import { signWithAgent } from './ssh-agent.ts';

type Sign = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Opens what signs evidence. Throws `unreachable` where there is nothing, or where others can get at the key. */
export function openSigner(files: EvidenceFiles): LedgerSigner {
  return signerOf(readSignerFile(files.signer), files);
}

function signerOf({ noteKey, by }: SignerDescription, files: EvidenceFiles): LedgerSigner {
  // Whoever can write there can exchange the ledger, or the command that signs.
  requirePrivate(files.folder, 'folder');
  requirePrivate(files.ledger.folder, 'folder');
  return { ...noteKey, sign: signOf(by, noteKey.key, files) };
}

/** A signature that doesn't fit the key (a token with another key in it …) must not get into the ledger. */
export function checked(key: VerificationKey, make: Sign): Sign {
  return async (bytes) => {
    const signature = await make(bytes);
    if (isSignedBy(key, bytes, signature)) return signature;
    throw evidenceError('signature', 'What was signed does not fit the public key.', {
      hint: 'Look whether the signer has the key that `freehold keys show` names.',
    });
  };
}

function signOf(by: SignerDescription['by'], key: VerificationKey, files: EvidenceFiles): Sign {
  switch (by.kind) {
    case 'file': {
      const privateKey = readPrivateKey(files, key);
      // That this is the key's other half was seen when it was read.
      return (bytes) => Promise.resolve(sign(null, bytes, privateKey));
    }
    case 'ssh-agent':
      return checked(key, (bytes) => signWithAgent(key, bytes));
    case 'command':
      return checked(key, (bytes) => signWithCommand(by.argv, bytes));
  }
}

function readPrivateKey({ key: folder, privateKey: path }: EvidenceFiles, key: VerificationKey): KeyObject {
  requirePrivate(folder, 'folder');
  requirePrivate(path, 'file');
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(readFileSync(path));
  } catch (error) {
    throw evidenceError('key', `The private key ${path} can't be read: ${reasonOf(error)}`, { cause: error });
  }
  const isOwn = createPublicKey(privateKey).equals(key.key);
  if (!isOwn) throw evidenceError('key', `The private key ${path} is not the one of the public key beside it.`);
  return privateKey;
}

function requirePrivate(path: string, kind: 'file' | 'folder'): void {
  const privacy = privacyOf(path, kind);
  if (privacy.kind === 'private') return;
  throw evidenceError('not-private', `The key is not used: ${privacy.message}.`, {
    ...(privacy.command !== undefined && { hint: `Mend it: ${privacy.command}` }),
  });
}
