/** An authority that certifies identities as Fulcio does, and a log of certificates that it tells of them (RFC 6962). */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bits, context, implicit, integer, octets, oid, sequence, set, TRUE, utcTime, utf8 } from './schemes-der.ts';

export const ECDSA_SHA256: Buffer = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = '2.5.4.3';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const SERIAL_BYTES = 8;

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function newPair(): Pair {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

export function spkiOf({ publicKey }: Pair): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** Of a log: the digest of its key. */
export function logIdOf(pair: Pair): Buffer {
  return sha256(spkiOf(pair));
}

export function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

export function signed(content: Buffer, { privateKey }: Pair): Buffer {
  return sign('sha256', content, privateKey);
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

export function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(oid(COMMON_NAME), utf8(commonName))));
}

export class Authority {
  readonly name: string;
  readonly pair: Pair = newPair();
  readonly certificate: Buffer;

  constructor(name: string, validity: Validity) {
    this.name = name;
    this.certificate = this.#certificate({ name, pair: this.pair, validity }, [
      extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true),
      extension('2.5.29.19', sequence(TRUE), true),
      keyIdExtension(this.pair),
    ]);
  }

  /** For somebody who signs; `log` tells of it, where there is one. */
  certify(subject: Subject, extensions: readonly Buffer[], log?: Pair): Buffer {
    const own = [...extensions, keyIdExtension(subject.pair), this.#authorityKeyId()];
    if (log === undefined) return this.#certificate(subject, own);
    const told = this.#signedTimestamp(this.#body(subject, own), { log, at: subject.validity.from });
    return this.#certificate(subject, [...own, told]);
  }

  #certificate(subject: Subject, extensions: readonly Buffer[]): Buffer {
    const body = this.#body(subject, extensions);
    return sequence(body, ECDSA_SHA256, bits(signed(body, this.pair)));
  }

  #body({ name, pair, validity }: Subject, extensions: readonly Buffer[]): Buffer {
    return sequence(
      context(0, integer(2)),
      integer(serialOf(pair)),
      ECDSA_SHA256,
      nameOf(this.name),
      sequence(utcTime(validity.from), utcTime(validity.to)),
      name === '' ? sequence() : nameOf(name),
      spkiOf(pair),
      context(3, sequence(...extensions)),
    );
  }

  /** RFC 6962 sections 3.2 and 3.3: a list of one. */
  #signedTimestamp(body: Buffer, { log, at }: { readonly log: Pair; readonly at: Date }): Buffer {
    const moment = Buffer.alloc(8);
    moment.writeBigUInt64BE(BigInt(at.getTime()));
    const none = uint(0, 2);
    const entry = Buffer.concat([uint(1, 2), sha256(spkiOf(this.pair)), uint(body.length, 3), body, none]);
    const signature = signed(Buffer.concat([Buffer.from([0, 0]), moment, entry]), log);
    const algorithms = Buffer.from([4, 3]); // sha256, ecdsa
    const one = Buffer.concat([
      Buffer.from([0]),
      logIdOf(log),
      moment,
      none,
      algorithms,
      uint(signature.length, 2),
      signature,
    ]);
    const list = Buffer.concat([uint(one.length, 2), one]);
    return extension('1.3.6.1.4.1.11129.2.4.2', octets(Buffer.concat([uint(list.length, 2), list])));
  }

  #authorityKeyId(): Buffer {
    return extension('2.5.29.35', sequence(implicit(0, keyIdOf(this.pair))));
  }
}

export interface Subject {
  readonly name: string;
  readonly pair: Pair;
  readonly validity: Validity;
}

/** DER has no sign bit set in a positive number. */
export function serialOf(pair: Pair): Buffer {
  const serial = Buffer.from(logIdOf(pair).subarray(0, SERIAL_BYTES));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

export interface Claims {
  readonly identity: string;
  readonly issuer: string;
  /** Names beside the identity. */
  readonly more?: readonly string[];
  /** What the key is for; default: signing code. */
  readonly usage?: string;
}

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
export function identityExtensions({ identity, issuer, more = [], usage = CODE_SIGNING }: Claims): readonly Buffer[] {
  const names = [identity, ...more].map((name) => implicit(name.includes('://') ? 6 : 1, Buffer.from(name, 'latin1')));
  return [
    extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true),
    extension('2.5.29.37', sequence(oid(usage))),
    extension('2.5.29.17', sequence(...names), true),
    extension('1.3.6.1.4.1.57264.1.1', Buffer.from(issuer)),
    extension('1.3.6.1.4.1.57264.1.8', utf8(issuer)),
  ];
}

export function extension(id: string, content: Buffer, isCritical = false): Buffer {
  return sequence(oid(id), ...(isCritical ? [TRUE] : []), octets(content));
}

function keyIdExtension(pair: Pair): Buffer {
  return extension('2.5.29.14', octets(keyIdOf(pair)));
}

function keyIdOf(pair: Pair): Buffer {
  return createHash('sha1').update(spkiOf(pair)).digest();
}

function uint(value: number, bytes: number): Buffer {
  const all = Buffer.alloc(bytes);
  all.writeUIntBE(value, 0, bytes);
  return all;
}
