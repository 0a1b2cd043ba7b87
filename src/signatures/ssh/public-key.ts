import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { Buffer } from 'node:buffer';
import { strictBase64 } from '../strict-base64.ts';
import { WireReader, wireString } from './wire.ts';

const ED25519_BYTES = 32;
/** SSHBUF_MAX_BIGNUM of OpenSSH; OpenSSL takes no more either. */
const RSA_LIMIT_BYTES = 16_384 / 8;
const UNCOMPRESSED_POINT = 4;

export interface Curve {
  /** As SSH names it. */
  readonly name: string;
  /** As JWK does. */
  readonly crv: string;
  readonly hash: string;
  readonly coordinateBytes: number;
}

/** RFC 5656 sections 6.2.1 and 10.1. */
const CURVES: readonly Curve[] = [
  { name: 'nistp256', crv: 'P-256', hash: 'sha256', coordinateBytes: 32 },
  { name: 'nistp384', crv: 'P-384', hash: 'sha384', coordinateBytes: 48 },
  { name: 'nistp521', crv: 'P-521', hash: 'sha512', coordinateBytes: 66 },
];

export type KeyForm =
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'ecdsa'; readonly curve: Curve }
  | { readonly kind: 'rsa'; readonly bits: number };

export interface SshPublicKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `sk-ssh-ed25519@openssh.com` … */
  readonly type: string;
  readonly form: KeyForm;
  /** Of a key in a FIDO token: what it was made for, by PROTOCOL.u2f. */
  readonly application?: Buffer;
  readonly key: KeyObject;
  /** How it stands on the wire, without a certificate around it. */
  readonly blob: Buffer;
}

const FIDO_SUFFIX = '@openssh.com';

/** The fields of a key after its type, as they stand in a bare key and in a certificate alike; `undefined` where they are none. */
export function readKeyFields(reader: WireReader, type: string): SshPublicKey | undefined {
  const start = reader.offset;
  const isFido = type.startsWith('sk-') && type.endsWith(FIDO_SUFFIX);
  const form = readForm(reader, isFido ? type.slice('sk-'.length, -FIDO_SUFFIX.length) : type);
  if (form === undefined || (isFido && form.form.kind === 'rsa')) return undefined;
  const application = isFido ? reader.string() : undefined;
  if (reader.isBroken) return undefined;
  const key = importKey(form.jwk);
  if (key === undefined) return undefined;
  const blob = Buffer.concat([wireString(type), reader.slice(start, reader.offset)]);
  return { type, form: form.form, key, blob, ...(application !== undefined && { application }) };
}

export function parsePublicKey(blob: Uint8Array): SshPublicKey | undefined {
  const reader = new WireReader(blob);
  const key = readKeyFields(reader, reader.text());
  return reader.isWhole ? key : undefined;
}

/** A line of a public key file: type, base64, and perhaps a comment. */
export function parseKeyLine(line: string): SshPublicKey | undefined {
  const [type, base64 = ''] = line.trim().split(/[ \t]+/);
  const blob = strictBase64(base64);
  const key = blob === undefined ? undefined : parsePublicKey(blob);
  return key?.type === type ? key : undefined;
}

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(key: SshPublicKey): string {
  return `SHA256:${hash('sha256', key.blob, 'base64').replace(/=+$/, '')}`;
}

interface Jwk {
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

interface ReadForm {
  readonly form: KeyForm;
  readonly jwk: Jwk;
}

function readForm(reader: WireReader, type: string): ReadForm | undefined {
  if (type === 'ssh-ed25519') return readEd25519(reader);
  if (type === 'ssh-rsa') return readRsa(reader);
  const curve = CURVES.find(({ name }) => type === `ecdsa-sha2-${name}`);
  return curve === undefined ? undefined : readEcdsa(reader, curve);
}

/** RFC 8709 section 4. */
function readEd25519(reader: WireReader): ReadForm | undefined {
  const point = reader.string();
  if (point.length !== ED25519_BYTES) return undefined;
  return { form: { kind: 'ed25519' }, jwk: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') } };
}

/** RFC 4253 section 6.6. */
function readRsa(reader: WireReader): ReadForm | undefined {
  const exponent = reader.unsigned();
  const modulus = reader.unsigned();
  if (exponent === undefined || modulus === undefined) return undefined;
  if (exponent.length === 0 || modulus.length === 0 || modulus.length > RSA_LIMIT_BYTES) return undefined;
  const bits = (modulus.length - 1) * 8 + (32 - Math.clz32(modulus[0] ?? 0));
  return {
    form: { kind: 'rsa', bits },
    jwk: { kty: 'RSA', n: modulus.toString('base64url'), e: exponent.toString('base64url') },
  };
}

/** RFC 5656 section 3.1. */
function readEcdsa(reader: WireReader, curve: Curve): ReadForm | undefined {
  const name = reader.text();
  const point = reader.string();
  if (name !== curve.name || point.length !== 1 + 2 * curve.coordinateBytes) return undefined;
  if (point[0] !== UNCOMPRESSED_POINT) return undefined;
  const x = point.subarray(1, 1 + curve.coordinateBytes).toString('base64url');
  const y = point.subarray(1 + curve.coordinateBytes).toString('base64url');
  return { form: { kind: 'ecdsa', curve }, jwk: { kty: 'EC', crv: curve.crv, x, y } };
}

/** `undefined` for numbers that are no key: a point that is not on its curve. */
function importKey(jwk: Jwk): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
