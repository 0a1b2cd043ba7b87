import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { evidenceError, evidenceUsage, reasonOf } from '../error.ts';
import { type EvidenceFiles, evidenceFiles } from '../folder.ts';
import { createLedger } from '../ledger/create.ts';
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE, syncFolder, writeAt } from '../ledger/files.ts';
import { withLock } from '../ledger/lock.ts';
import { renderVerifierKey } from '../ledger/note.ts';
import { readPublicKey, type VerificationKey } from '../../signatures/dsse/public-key.ts';
import { checked } from './open-signer.ts';
import { renderSshKey } from './openssh.ts';
import { readSignerFile, renderSignerFile, type SignerDescription, type SignerKind } from './signer-file.ts';
import { signWithCommand } from './sign-with-command.ts';
import { signWithAgent } from './ssh-agent.ts';

const NAME_DIGITS = 8;
const HOST_NAME_LIMIT_CHARACTERS = 200;

/** With what the new ledger is to be signed. */
export type NewSigner =
  /** A key that is made now. */
  | { readonly kind: 'file' }
  | { readonly kind: 'ssh-agent'; readonly key: VerificationKey }
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]]; readonly key: VerificationKey };

export interface InitOptions {
  readonly signer: NewSigner;
  readonly now: Date;
  /** Puts what is there aside, under a name with the date. */
  readonly force: boolean;
  /** Makes a folder with all above it. */
  readonly makeFolder: (path: string) => void;
}

export interface Initialised {
  readonly description: SignerDescription;
  /** Where the old keys lie now, with the ledger that they signed. */
  readonly retired?: string;
}

/**
 * Makes keys and the empty ledger that they sign. It is made aside and gets its name at the end: whatever ends the process, there
 * are whole keys or none. A key has one ledger for its whole life, so a new key begins a new one.
 */
export async function initKeys(folder: string, options: InitOptions): Promise<Initialised> {
  const files = evidenceFiles(folder);
  if (existsSync(folder) && !options.force) {
    const hint =
      '`freehold keys show` names them. With --force they are put aside, with their ledger, and new ones made.';
    throw evidenceUsage('keys-exist', `There are keys already in ${folder}.`, { hint });
  }
  if (options.signer.kind !== 'file') requireNewKey(folder, options.signer.key);
  const making = evidenceFiles(`${folder}.making-${String(process.pid)}`);
  try {
    options.makeFolder(dirname(folder));
    const description = await makeAside(making, options);
    // Where another process was faster, the name is taken, and renaming fails.
    const retired = options.force && existsSync(folder) ? await retire(files, options.now) : undefined;
    renameSync(making.folder, folder);
    syncFolder(dirname(folder));
    return { description, ...(retired !== undefined && { retired }) };
  } catch (error) {
    rmSync(making.folder, { recursive: true, force: true });
    if (error instanceof Error && 'syscall' in error)
      throw evidenceError('keys-not-made', `The keys could not be made: ${reasonOf(error)}`, { cause: error });
    throw error;
  }
}

/** Two ledgers of one key have one name, and each would pass for the other with its end cut off. */
function requireNewKey(folder: string, { id }: VerificationKey): void {
  const parent = dirname(folder);
  const retired = existsSync(parent) ? readdirSync(parent).filter((one) => one.startsWith(`${basename(folder)}-`)) : [];
  const used = [folder, ...retired.map((one) => join(parent, one))].find((one) => {
    const { signer } = evidenceFiles(one);
    return existsSync(signer) && hasKey(signer, id);
  });
  if (used === undefined) return;
  const hint = 'Name another key: one key has one ledger for its whole life.';
  throw evidenceUsage('key-used', `The key has a ledger already, in ${used}.`, { hint });
}

/** A description that can't be read is put aside like any other. */
function hasKey(signer: string, id: string): boolean {
  try {
    return readSignerFile(signer).noteKey.key.id === id;
  } catch {
    return false;
  }
}

async function makeAside(files: EvidenceFiles, { signer, now }: InitOptions): Promise<SignerDescription> {
  mkdirSync(files.folder, { mode: PRIVATE_FOLDER_MODE });
  mkdirSync(files.key, { mode: PRIVATE_FOLDER_MODE });
  mkdirSync(files.reports, { mode: PRIVATE_FOLDER_MODE });
  const { key, by, make: signNow, privatePem } = prepare(signer);
  if (privatePem !== undefined) writeWhole(files.privateKey, privatePem);
  const noteKey = { name: nameOf(key), key };
  await createLedger(files.ledger, { ...noteKey, sign: checked(key, signNow) });
  writeWhole(files.publicPem, key.key.export({ format: 'pem', type: 'spki' }).toString());
  writeWhole(files.publicSsh, `${renderSshKey(key, noteKey.name)}\n`);
  writeWhole(files.publicNote, `${renderVerifierKey(noteKey)}\n`);
  const description = { noteKey, by, createdAt: now.toISOString() };
  writeWhole(files.signer, renderSignerFile(description));
  for (const path of [files.key, files.folder]) syncFolder(path);
  return description;
}

interface Prepared {
  readonly key: VerificationKey;
  readonly by: SignerKind;
  readonly make: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly privatePem?: string;
}

function prepare(signer: NewSigner): Prepared {
  switch (signer.kind) {
    case 'file': {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const privatePem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
      const make = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(sign(null, bytes, privateKey));
      return { key: verificationKeyOf(publicKey), by: { kind: 'file' }, make, privatePem };
    }
    case 'ssh-agent':
      return { key: signer.key, by: { kind: 'ssh-agent' }, make: (bytes) => signWithAgent(signer.key, bytes) };
    case 'command': {
      const { argv, key } = signer;
      return { key, by: { kind: 'command', argv }, make: (bytes) => signWithCommand(argv, bytes) };
    }
  }
}

function verificationKeyOf(publicKey: KeyObject): VerificationKey {
  const read = readPublicKey(publicKey.export({ format: 'pem', type: 'spki' }).toString());
  if (read.kind === 'refused') throw new TypeError(read.reason);
  return read.key;
}

/** Like a path below this machine, and unlike any other ledger's (https://c2sp.org/tlog-checkpoint wants the origin to be unique). */
function nameOf(key: VerificationKey): string {
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9.-]/g, '-')
    .slice(0, HOST_NAME_LIMIT_CHARACTERS);
  return `${host === '' ? 'localhost' : host}/freehold/${key.id.slice(0, NAME_DIGITS)}`;
}

/** Whoever is writing ends first. */
async function retire(files: EvidenceFiles, now: Date): Promise<string> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  let retired = `${files.folder}-${time}`;
  for (let number = 2; existsSync(retired); number += 1) retired = `${files.folder}-${time}-${String(number)}`;
  const move = (): Promise<void> => {
    renameSync(files.folder, retired);
    return Promise.resolve();
  };
  await (existsSync(files.ledger.lock) ? withLock(files.ledger.lock, move) : move());
  return retired;
}

function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'wx', PRIVATE_FILE_MODE);
  try {
    writeAt(file, Buffer.from(text), 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
