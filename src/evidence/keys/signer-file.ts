import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { evidenceError, reasonOf } from '../error.ts';
import { readPublicKey } from '../../signatures/dsse/public-key.ts';
import type { NoteKey } from '../ledger/note.ts';

const FILE_LIMIT_BYTES = 64 * 1024;
const FORMAT = 'freehold.signer/1';

/** With what a ledger is signed. */
export type SignerKind =
  | { readonly kind: 'file' }
  | { readonly kind: 'ssh-agent' }
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] };

export interface SignerDescription {
  readonly noteKey: NoteKey;
  readonly by: SignerKind;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
}

const signerSchema = z.object({
  format: z.literal(FORMAT),
  name: z.string().regex(/^[^\s+]{1,255}$/u),
  publicKey: z.string(),
  createdAt: z.iso.datetime(),
  by: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('file') }),
    z.object({ kind: z.literal('ssh-agent') }),
    z.object({ kind: z.literal('command'), argv: z.tuple([z.string()], z.string()) }),
  ]),
});

export function renderSignerFile({ noteKey, by, createdAt }: SignerDescription): string {
  const publicKey = noteKey.key.key.export({ format: 'der', type: 'spki' }).toString('base64');
  return `${JSON.stringify({ format: FORMAT, name: noteKey.name, publicKey, createdAt, by }, null, 2)}\n`;
}

/** Throws `unreachable` for what is none. */
export function readSignerFile(path: string): SignerDescription {
  try {
    if (statSync(path).size > FILE_LIMIT_BYTES) throw new RangeError('it is too long');
    const { name, publicKey, createdAt, by } = signerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const read = readPublicKey(publicKey);
    if (read.kind === 'refused') throw new TypeError(read.reason);
    if (read.key.algorithm !== 'ed25519') throw new TypeError('evidence is signed with keys of Ed25519');
    return { noteKey: { name, key: read.key }, by, createdAt };
  } catch (error) {
    const hint = '`freehold keys init` makes keys; with --force it puts aside what is there.';
    throw evidenceError('no-keys', `What signs evidence can't be read: ${path}: ${reasonOf(error)}`, {
      hint,
      cause: error,
    });
  }
}
