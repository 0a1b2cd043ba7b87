/** Signatures that ssh-keygen doesn't make: of FIDO tokens that don't exist, with methods that it leaves out, and broken ones. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { wireString } from '../../src/signatures/ssh/wire.ts';

const APPLICATION = 'ssh:';
const PRESENT = 1;
const COUNTER = 7;
const LINE = 70;
const P256_BYTES = 32;

export interface ForgedKey {
  /** As in a public key file. */
  readonly line: string;
  readonly blob: Buffer;
  /** A signature of its own kind. */
  readonly sign: (data: Buffer) => Buffer;
}

export interface Wrapping {
  readonly namespace?: string;
  readonly hash?: string;
  readonly reserved?: string;
  readonly version?: number;
  /** What is after the end. */
  readonly rest?: Buffer;
}

/** PROTOCOL.sshsig. */
export function forge(content: Buffer, key: Pick<ForgedKey, 'blob' | 'sign'>, wrapping: Wrapping = {}): string {
  const { namespace = 'file', hash = 'sha512', reserved = '', version = 1, rest = Buffer.alloc(0) } = wrapping;
  const digest = createHash(hash).update(content).digest();
  const common = [wireString(namespace), wireString(reserved), wireString(hash)];
  const data = Buffer.concat([Buffer.from('SSHSIG'), ...common, wireString(digest)]);
  const head = Buffer.concat([Buffer.from('SSHSIG'), uint32(version), wireString(key.blob)]);
  return armoured(Buffer.concat([head, ...common, wireString(key.sign(data)), rest]));
}

export function armoured(blob: Buffer): string {
  const base64 = blob.toString('base64');
  const lines = base64.match(new RegExp(`.{1,${String(LINE)}}`, 'g')) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
}

export function unarmoured(text: string): Buffer {
  return Buffer.from(text.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64');
}

export interface FidoForm {
  readonly application?: string;
  readonly flags?: number;
  /** What is after the end of the signature. */
  readonly rest?: string;
  /** Whether a number with its highest bit set has a zero before it, without which it is a negative one. */
  readonly isPadded?: boolean;
}

/** A key in a FIDO token, by PROTOCOL.u2f, without the token. */
export function forgeFido(
  kind: 'ed25519' | 'ecdsa',
  { application = APPLICATION, flags = PRESENT, rest = '', isPadded = true }: FidoForm = {},
): ForgedKey {
  const own = Buffer.concat([Buffer.from([flags]), uint32(COUNTER)]);
  const tail = Buffer.concat([own, Buffer.from(rest)]);
  const signed = (data: Buffer): Buffer => Buffer.concat([sha256(Buffer.from(application)), own, sha256(data)]);
  if (kind === 'ed25519') {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const type = 'sk-ssh-ed25519@openssh.com';
    const blob = Buffer.concat([wireString(type), wireString(bytesOf(publicKey, 'x')), wireString(application)]);
    const make = (data: Buffer): Buffer =>
      Buffer.concat([wireString(type), wireString(sign(null, signed(data), privateKey)), tail]);
    return keyOf(type, blob, make);
  }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const type = 'sk-ecdsa-sha2-nistp256@openssh.com';
  const point = Buffer.concat([Buffer.from([4]), bytesOf(publicKey, 'x'), bytesOf(publicKey, 'y')]);
  const blob = Buffer.concat([wireString(type), wireString('nistp256'), wireString(point), wireString(application)]);
  const make = (data: Buffer): Buffer => {
    const signPair = (): Buffer => sign('sha256', signed(data), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const isWanted = (one: Buffer): boolean => isPadded || ((one[0] ?? 0) & 0x80) !== 0;
    let pair = signPair();
    while (!isWanted(pair)) pair = signPair();
    const halves = [pair.subarray(0, P256_BYTES), pair.subarray(P256_BYTES)];
    const numbers = halves.map((half) => (isPadded ? number(half) : wireString(half)));
    return Buffer.concat([wireString(type), wireString(Buffer.concat(numbers)), tail]);
  };
  return keyOf(type, blob, make);
}

/** An RSA key whose signatures are by the method that they are told to be. */
export function forgeRsa(
  modulusLength: number,
  { method, hash }: { readonly method: string; readonly hash: string },
): ForgedKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const blob = Buffer.concat([wireString('ssh-rsa'), number(bytesOf(publicKey, 'e')), number(bytesOf(publicKey, 'n'))]);
  const make = (data: Buffer): Buffer => Buffer.concat([wireString(method), wireString(sign(hash, data, privateKey))]);
  return keyOf('ssh-rsa', blob, make);
}

export function forgeEd25519(): ForgedKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(bytesOf(publicKey, 'x'))]);
  const make = (data: Buffer): Buffer =>
    Buffer.concat([wireString('ssh-ed25519'), wireString(sign(null, data, privateKey))]);
  return keyOf('ssh-ed25519', blob, make);
}

function keyOf(type: string, blob: Buffer, make: (data: Buffer) => Buffer): ForgedKey {
  return { line: `${type} ${blob.toString('base64')}`, blob, sign: make };
}

function bytesOf(key: KeyObject, member: 'x' | 'y' | 'n' | 'e'): Buffer {
  return Buffer.from(key.export({ format: 'jwk' })[member] ?? '', 'base64url');
}

function number(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === 0) start += 1;
  const plain = bytes.subarray(start);
  return wireString(((plain[0] ?? 0) & 0x80) === 0 ? plain : Buffer.concat([Buffer.from([0]), plain]));
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
