import { Buffer } from 'node:buffer';
import { OctetReader, toHex } from './octets.ts';
import { readLength } from './packets.ts';

/** What the subpackets of one area say (RFC 9580 section 5.2.3.7), as far as it is asked for here. */
export interface Subpackets {
  readonly createdAt?: Date;
  readonly expiresAfterSeconds?: number;
  /** Zero: never. */
  readonly keyExpiresAfterSeconds?: number;
  readonly keyFlags?: number;
  readonly revocationReason?: number;
  readonly issuerKeyId?: string;
  readonly issuerFingerprint?: string;
  readonly embedded: readonly Uint8Array[];
  /** Fingerprints of keys that may revoke the one that signed. */
  readonly revokers: readonly string[];
  /** What is marked critical and isn't known: such a signature doesn't count (sections 5.2.3.7 and 5.2.3.24). */
  readonly unknownCritical: readonly string[];
}

const TYPE = {
  creationTime: 2,
  expirationTime: 3,
  keyExpirationTime: 9,
  revocationKey: 12,
  issuerKeyId: 16,
  notation: 20,
  keyFlags: 27,
  revocationReason: 29,
  embeddedSignature: 32,
  issuerFingerprint: 33,
} as const;

/** Others that are known, and say nothing that matters to whether a document was signed: preferences, certification, features. */
const KNOWN_OTHERS: ReadonlySet<number> = new Set([4, 5, 6, 7, 11, 21, 22, 23, 24, 25, 26, 28, 30, 31, 34, 35, 39]);

const MS = 1000;
const CRITICAL = 0x80;
const V4_FINGERPRINT_OCTETS = 20;

/** Of several that contradict each other the last counts, as RFC 9580 section 5.2.3.9 has it. Throws `CutOff`. */
export function readSubpackets(area: Uint8Array): Subpackets {
  const reader = new OctetReader(area);
  let all: Subpackets = { embedded: [], revokers: [], unknownCritical: [] };
  while (!reader.isAtEnd) {
    const one = new OctetReader(reader.take(readLength(reader.octet(), reader)));
    const first = one.octet();
    all = withSubpacket(all, { type: first & ~CRITICAL, isCritical: (first & CRITICAL) !== 0, body: one });
  }
  return all;
}

interface Subpacket {
  readonly type: number;
  readonly isCritical: boolean;
  readonly body: OctetReader;
}

function withSubpacket(all: Subpackets, { type, isCritical, body }: Subpacket): Subpackets {
  switch (type) {
    case TYPE.creationTime:
      return { ...all, createdAt: new Date(body.number(4) * MS) };
    case TYPE.expirationTime:
      return { ...all, expiresAfterSeconds: body.number(4) };
    case TYPE.keyExpirationTime:
      return { ...all, keyExpiresAfterSeconds: body.number(4) };
    case TYPE.keyFlags:
      return { ...all, keyFlags: body.isAtEnd ? 0 : body.octet() };
    case TYPE.revocationReason:
      return { ...all, revocationReason: body.octet() };
    case TYPE.issuerKeyId:
      return { ...all, issuerKeyId: toHex(body.take(8)) };
    case TYPE.issuerFingerprint:
      body.octet();
      return { ...all, issuerFingerprint: toHex(body.rest()) };
    case TYPE.embeddedSignature:
      return { ...all, embedded: withOneMore(all.embedded, body.rest()) };
    case TYPE.revocationKey:
      body.take(2);
      return { ...all, revokers: withOneMore(all.revokers, toHex(body.take(V4_FINGERPRINT_OCTETS))) };
    case TYPE.notation:
      return isCritical ? withUnknown(all, `the notation ${notationName(body)}`) : all;
    default:
      return isCritical && !KNOWN_OTHERS.has(type) ? withUnknown(all, `the subpacket ${String(type)}`) : all;
  }
}

function withUnknown(all: Subpackets, what: string): Subpackets {
  return { ...all, unknownCritical: withOneMore(all.unknownCritical, what) };
}

/** An area of version 6 can hold millions of subpackets; of each kind that may repeat, no real signature has so many. */
const MAX_OF_A_KIND = 32;

function withOneMore<One>(all: readonly One[], one: One): readonly One[] {
  return all.length < MAX_OF_A_KIND ? [...all, one] : all;
}

const SHOWN_NAME_LENGTH = 60;

function notationName(body: OctetReader): string {
  body.take(4);
  const length = body.number(2);
  body.take(2);
  const name = Buffer.from(body.take(length)).toString('latin1');
  return JSON.stringify(name.replaceAll(/[^\u0020-\u007e]/g, '?').slice(0, SHOWN_NAME_LENGTH));
}
