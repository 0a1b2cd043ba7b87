import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import {
  agentKeys,
  evidenceFiles,
  initKeys,
  type NewSigner,
  readSignerFile,
  readSshKey,
  renderSshKey,
  renderVerifierKey,
  type SignerDescription,
} from '../evidence/index.ts';
import { makeFolder } from '../host/local-folder.ts';
import { readPublicKey, type VerificationKey } from '../signatures/dsse/public-key.ts';
import { evidenceFolder } from './evidence-folder.ts';

const FOLDER_MODE = 0o755;
const KEY_FILE_LIMIT_BYTES = 64 * 1024;

export interface KeysInitCommandOptions {
  readonly force?: boolean;
  /** With a key of the ssh agent: its comment, or `true` where it has but one. */
  readonly sshAgent?: string | true;
  /** With a program, as a list in JSON. */
  readonly command?: string;
  readonly publicKey?: string;
}

/** `freehold keys init` */
export async function keysInitCommand(options: KeysInitCommandOptions): Promise<ExitCode> {
  const signer = await newSigner(options);
  const folder = evidenceFolder();
  const { description, retired } = await initKeys(folder, {
    signer,
    now: new Date(),
    force: options.force === true,
    makeFolder: (path) => {
      makeFolder(path, FOLDER_MODE);
    },
  });
  if (retired !== undefined) process.stdout.write(`The keys that were here, with their ledger: ${retired}\n`);
  show(folder, description);
  process.stdout.write('Runs on this machine are recorded from now on. Keep the public key where others can see it.\n');
  return EXIT.clean;
}

/** `freehold keys show` */
export function keysShowCommand(): ExitCode {
  const folder = evidenceFolder();
  show(folder, readSignerFile(evidenceFiles(folder).signer));
  return EXIT.clean;
}

/** `freehold keys list` */
export function keysListCommand(): ExitCode {
  const folder = evidenceFolder();
  const parent = dirname(folder);
  const name = basename(folder);
  const retired = existsSync(parent) ? readdirSync(parent).filter((one) => isRetired(one, name)) : [];
  const all = [
    folder,
    ...retired
      .toSorted()
      .reverse()
      .map((one) => join(parent, one)),
  ];
  const lines = all.flatMap((one) => (existsSync(evidenceFiles(one).signer) ? [lineOf(one, one === folder)] : []));
  process.stdout.write(lines.length === 0 ? 'There are no keys yet: freehold keys init makes them.\n' : lines.join(''));
  return EXIT.clean;
}

function isRetired(one: string, name: string): boolean {
  return one.startsWith(`${name}-`) && /^\d{8}T\d{6}Z(?:-\d+)?$/.test(one.slice(name.length + 1));
}

function lineOf(folder: string, isInUse: boolean): string {
  const { noteKey, by, createdAt } = readSignerFile(evidenceFiles(folder).signer);
  return `${isInUse ? 'in use  ' : 'retired '} ${noteKey.key.id}  ${createdAt}  ${describeSigner(by)}  ${folder}\n`;
}

function show(folder: string, { noteKey, by, createdAt }: SignerDescription): void {
  const { key, name } = noteKey;
  process.stdout.write(
    [
      `folder:    ${folder}`,
      `ledger:    ${name}`,
      `made:      ${createdAt}`,
      `signed by: ${describeSigner(by)}`,
      `SHA-256:   ${key.id}`,
      `OpenSSH:   ${renderSshKey(key, name)}`,
      `note:      ${renderVerifierKey(noteKey)}`,
      key.key.export({ format: 'pem', type: 'spki' }).toString(),
    ].join('\n'),
  );
}

function describeSigner(by: SignerDescription['by']): string {
  if (by.kind === 'command') return `the command ${JSON.stringify(by.argv)}`;
  return by.kind === 'file' ? 'a key file' : 'the ssh agent';
}

async function newSigner({ sshAgent, command, publicKey }: KeysInitCommandOptions): Promise<NewSigner> {
  if (sshAgent !== undefined && command !== undefined) throw usage('Say --ssh-agent or --command, not both.');
  if (command !== undefined) {
    if (publicKey === undefined)
      throw usage('The public key is not known.', 'Say --public-key FILE: what the command signs is held against it.');
    return { kind: 'command', argv: parseArgv(command), key: readKeyFile(publicKey) };
  }
  if (sshAgent === undefined) {
    if (publicKey !== undefined) throw usage('--public-key says nothing without --command or --ssh-agent.');
    return { kind: 'file' };
  }
  const keys = await agentKeys();
  const wanted = publicKey === undefined ? undefined : readKeyFile(publicKey).id;
  const fitting = keys.filter(
    ({ key, comment }) => (sshAgent === true || comment === sshAgent) && (wanted === undefined || key.id === wanted),
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return { kind: 'ssh-agent', key: only.key };
  const names = keys.map(({ comment }) => comment).join(', ');
  throw usage(
    fitting.length === 0 ? 'The ssh agent holds no such Ed25519 key.' : 'The ssh agent holds several such keys.',
    names === '' ? 'Add one: ssh-add FILE.' : `Name one by its comment (${names}), or by --public-key FILE.`,
  );
}

function parseArgv(text: string): readonly [string, ...string[]] {
  const argv = z.tuple([z.string().min(1)], z.string());
  try {
    return argv.parse(JSON.parse(text));
  } catch {
    throw usage(
      '--command is no list of words in JSON.',
      `Write it like this: --command '["pkcs11-tool", "--sign", "--mechanism", "EDDSA"]'.`,
    );
  }
}

/** PEM, OpenSSH's form, or Base64. Throws `usage`. */
export function readKeyFile(path: string): VerificationKey {
  let text: string;
  try {
    if (statSync(path).size > KEY_FILE_LIMIT_BYTES) throw new RangeError('it is too long');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const ssh = readSshKey(text);
  if (ssh !== undefined) return ssh;
  const read = readPublicKey(text);
  if (read.kind === 'key' && read.key.algorithm === 'ed25519') return read.key;
  const reason = read.kind === 'key' ? 'it is not one of Ed25519' : read.reason;
  throw usage(`${path} is no public key: ${reason}.`, 'PEM, the one line of OpenSSH, or Base64 is read.');
}

function usage(message: string, hint?: string): FreeholdError {
  return new FreeholdError('usage', [
    { code: 'keys/usage', level: 'error', message, ...(hint !== undefined && { hint }) },
  ]);
}
