import { hash, verify } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { SshPublicKey } from './public-key.ts';
import { WireReader } from './wire.ts';

export type KeySignatureCheck =
  | { readonly kind: 'holds' }
  | { readonly kind: 'fails' }
  /** A method that doesn't count, or that isn't known. */
  | { readonly kind: 'refused'; readonly reason: string };

/** PROTOCOL.u2f "SSH U2F Signatures": the token saw somebody. */
const USER_PRESENT = 0x01;
const FIDO_APPLICATION_PREFIX = 'ssh:';

/** RFC 8332 section 3. */
const RSA_HASHES: ReadonlyMap<string, string> = new Map([
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
]);

/** Whether `blob`, which names its method, is the signature of `key` over `content`. */
export function checkKeySignature(key: SshPublicKey, blob: Uint8Array, content: Uint8Array): KeySignatureCheck {
  const reader = new WireReader(blob);
  const method = reader.text();
  const signature = reader.string();
  if (key.application !== undefined) return checkFido(key, { method, signature, reader }, content);
  if (!reader.isWhole) return { kind: 'fails' };
  switch (key.form.kind) {
    case 'ed25519':
      return method === key.type ? outcome(verify(undefined, content, key.key, signature)) : notFor(method, key);
    case 'ecdsa':
      return method === key.type ? outcome(ecdsaHolds(key, signature, content)) : notFor(method, key);
    case 'rsa':
      return checkRsa(key, { method, signature, bits: key.form.bits }, content);
  }
}

function outcome(holds: boolean): KeySignatureCheck {
  return { kind: holds ? 'holds' : 'fails' };
}

function notFor(method: string, key: SshPublicKey): KeySignatureCheck {
  return {
    kind: 'refused',
    reason: `a key of type ${key.type} makes no signatures “${JSON.stringify(method).slice(1, -1)}”`,
  };
}

interface Rsa {
  readonly method: string;
  readonly signature: Buffer;
  readonly bits: number;
}

function checkRsa(key: SshPublicKey, { method, signature, bits }: Rsa, content: Uint8Array): KeySignatureCheck {
  if (method === 'ssh-rsa') return { kind: 'refused', reason: 'it is over a SHA-1 digest, which can be forged' };
  const algorithm = RSA_HASHES.get(method);
  if (algorithm === undefined) return notFor(method, key);
  const modulusBytes = Math.ceil(bits / 8);
  if (signature.length > modulusBytes) return { kind: 'fails' };
  // Some agents leave leading zeros out; OpenSSH (ssh-rsa.c) puts them back.
  const padded = Buffer.concat([Buffer.alloc(modulusBytes - signature.length), signature]);
  return outcome(verify(algorithm, content, key.key, padded));
}

/** RFC 5656 section 3.1.2: two numbers. */
function ecdsaHolds(key: SshPublicKey, signature: Uint8Array, content: Uint8Array): boolean {
  if (key.form.kind !== 'ecdsa') return false;
  const { coordinateBytes, hash: algorithm } = key.form.curve;
  const reader = new WireReader(signature);
  const parts: Buffer[] = [];
  for (const number of [reader.unsigned(), reader.unsigned()]) {
    if (number === undefined || number.length > coordinateBytes) return false;
    parts.push(Buffer.alloc(coordinateBytes - number.length), number);
  }
  if (!reader.isWhole) return false;
  return verify(algorithm, content, { key: key.key, dsaEncoding: 'ieee-p1363' }, Buffer.concat(parts));
}

interface FidoSignature {
  readonly method: string;
  readonly signature: Buffer;
  /** Stands before what follows the signature. */
  readonly reader: WireReader;
}

/** PROTOCOL.u2f: a token signs digests of the application and the message, with what it knows itself between them. */
function checkFido(
  key: SshPublicKey,
  { method, signature, reader }: FidoSignature,
  content: Uint8Array,
): KeySignatureCheck {
  const application = key.application ?? Buffer.alloc(0);
  const own = reader.offset;
  const flags = reader.byte();
  reader.uint32();
  if (method !== key.type) return notFor(method, key);
  if (!reader.isWhole) return { kind: 'fails' };
  const signed = Buffer.concat([
    hash('sha256', application, 'buffer'),
    reader.slice(own, reader.offset),
    hash('sha256', content, 'buffer'),
  ]);
  const holds =
    key.form.kind === 'ecdsa' ? ecdsaHolds(key, signature, signed) : verify(undefined, signed, key.key, signature);
  if (!holds) return { kind: 'fails' };
  if ((flags & USER_PRESENT) === 0) return { kind: 'refused', reason: 'nobody touched the token that made it' };
  if (!application.toString('latin1').startsWith(FIDO_APPLICATION_PREFIX))
    return { kind: 'refused', reason: 'its key in the token was not made for SSH' };
  return { kind: 'holds' };
}
