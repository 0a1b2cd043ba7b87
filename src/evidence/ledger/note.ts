import { createHash } from 'node:crypto';
import { decodeBase64 } from '../../signatures/dsse/base64.ts';
import { ed25519Bytes, ED25519_KEY_BYTES, ed25519Key, type VerificationKey } from '../../signatures/dsse/public-key.ts';
import { isSignedBy } from '../../signatures/dsse/verify.ts';

/** Notes, their keys and signatures: https://c2sp.org/signed-note */
const ED25519 = Buffer.from([1]);
const KEY_ID_BYTES = 4;
const NOTE_LIMIT_CHARACTERS = 64 * 1024;
const SIGNATURES_LIMIT = 16;
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const VERIFIER_KEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** A key with the name that notes call it by. */
export interface NoteKey {
  readonly name: string;
  readonly key: VerificationKey;
}

/** The first four bytes of a hash over name and key, as hexadecimal digits. */
function noteKeyId({ name, key }: NoteKey): string {
  const hash = createHash('sha256').update(`${name}\n`).update(ED25519).update(rawOf(key)).digest();
  return hash.subarray(0, KEY_ID_BYTES).toString('hex');
}

/** `name+id+key`, as Go's sumdb and all who read notes take it. */
export function renderVerifierKey(noteKey: NoteKey): string {
  const encoded = Buffer.concat([ED25519, rawOf(noteKey.key)]).toString('base64');
  return `${noteKey.name}+${noteKeyId(noteKey)}+${encoded}`;
}

/** `undefined` for what is none of Ed25519, or whose id isn't its own. */
export function readVerifierKey(text: string): NoteKey | undefined {
  const [, name, id, encoded] = VERIFIER_KEY.exec(text.trim()) ?? [];
  const bytes = decodeBase64(encoded ?? '');
  if (name === undefined || bytes?.length !== ED25519.length + ED25519_KEY_BYTES || bytes[0] !== ED25519[0])
    return undefined;
  const noteKey = { name, key: ed25519Key(bytes.subarray(ED25519.length)) };
  return noteKeyId(noteKey) === id ? noteKey : undefined;
}

/** A text (which ends with a line end) and the signature of its key, as a note. */
export function renderNote(text: string, noteKey: NoteKey, signature: Uint8Array): string {
  const encoded = Buffer.concat([Buffer.from(noteKeyId(noteKey), 'hex'), signature]).toString('base64');
  return `${text}\n\u2014 ${noteKey.name} ${encoded}\n`;
}

export type ReadNote =
  | { readonly kind: 'note'; readonly text: string; readonly signature: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: string };

/** A note that this process signed itself and verified then: the very same bytes need not be verified again. */
export interface VerifiedNote {
  readonly note: string;
  readonly keyId: string;
}

/** The text of a note that this key signed; other signatures on it don't count. */
export function readNote(note: string, noteKey: NoteKey, verified?: VerifiedNote): ReadNote {
  if (note.length > NOTE_LIMIT_CHARACTERS || CONTROL.test(note)) return refused('it is no signed note');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) return refused('it is no signed note');
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + '\n\n'.length, -1).split('\n');
  if (lines.length > SIGNATURES_LIMIT) return refused(`it has more than ${String(SIGNATURES_LIMIT)} signatures`);
  const id = noteKeyId(noteKey);
  const isVerified = verified?.note === note && verified.keyId === noteKey.key.id;
  let own: Uint8Array | undefined;
  for (const line of lines) {
    const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = decodeBase64(encoded ?? '');
    if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES)
      return refused('a line of signature is malformed');
    if (name !== noteKey.name || Buffer.from(bytes.subarray(0, KEY_ID_BYTES)).toString('hex') !== id) continue;
    const signature = bytes.subarray(KEY_ID_BYTES);
    if (!isVerified && !isSignedBy(noteKey.key, Buffer.from(text), signature))
      return refused(`the signature of ${name} does not fit its text`);
    own = signature;
  }
  return own === undefined
    ? refused(`it is not signed by ${noteKey.name} (${id})`)
    : { kind: 'note', text, signature: own };
}

function rawOf(key: VerificationKey): Uint8Array {
  const bytes = ed25519Bytes(key);
  if (bytes === undefined) throw new TypeError('notes are signed with keys of Ed25519');
  return bytes;
}

function refused(reason: string): ReadNote {
  return { kind: 'refused', reason };
}
