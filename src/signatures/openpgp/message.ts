import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { DigestRequest, SignatureJudgement } from '../judgement.ts';
import type { Trust } from '../trust.ts';
import { hashAlgorithm, hashHeaderName } from './algorithms.ts';
import { looksArmoured, readArmour } from './armour.ts';
import { CLEAR_SIGNED_BEGIN, readClearSigned } from './clear-signed.ts';
import { readInline } from './inline.ts';
import { isBinary, readPackets } from './packets.ts';
import { judgeAll, prepareAll, readSignatureList, type WholeSignature } from './signature-list.ts';
import { SIGNATURE_TYPE } from './signature-packet.ts';
import { withNetworkLineEnds } from './text-lines.ts';

/** Of a message, and of what it unpacks to: it is judged in memory. The largest `InRelease` of Debian has 0.3 MiB. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

export type JudgedMessage =
  | {
      readonly kind: 'message';
      readonly form: 'clear-signed' | 'inline';
      /** What was signed and nothing else; only with a verdict of `verified` is it what somebody pinned signed. */
      readonly content: Uint8Array;
      readonly judgements: readonly SignatureJudgement[];
    }
  | Malformed;

interface Malformed {
  readonly kind: 'malformed';
  readonly reason: string;
}

/** Judges a file that holds both what is signed and its signatures: clear-signed, or packets, armoured or binary. */
export function judgeOpenPgpMessage(bytes: Uint8Array, trust: Trust, at: Date): Promise<JudgedMessage> {
  if (bytes.length === 0) return Promise.resolve(malformed('it is empty'));
  if (bytes.length > MAX_MESSAGE_BYTES) {
    return Promise.resolve(malformed(`it is larger than ${String(MAX_MESSAGE_BYTES)} bytes`));
  }
  const isClear = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(CLEAR_SIGNED_BEGIN);
  if (!isBinary(bytes) && isClear) return judgeClearSigned(bytes, { trust, at });
  return judgeInline(bytes, { trust, at });
}

interface Judging {
  readonly trust: Trust;
  readonly at: Date;
}

async function judgeClearSigned(bytes: Uint8Array, judging: Judging): Promise<JudgedMessage> {
  const message = readClearSigned(bytes);
  if (message.kind === 'malformed') return message;
  const read = readPackets(message.signatureOctets);
  if (read.kind === 'malformed') return read;
  const list = readSignatureList(read.packets);
  if (list.kind === 'malformed') return list;
  const { hashNames, signedOctets, content } = message;
  if (hashNames.size > 0 && !list.signatures.every((one) => isNamed(one, hashNames))) {
    return malformed('its Hash header names another algorithm than its signature uses');
  }
  // RFC 9580 section 7 knows no other type in this place.
  const prepared = await prepareAll(list.signatures, judging.trust, [SIGNATURE_TYPE.text]);
  const digests = prepared.flatMap((one) => (one.kind === 'asks' ? [digest(one.request, signedOctets)] : []));
  return { kind: 'message', form: 'clear-signed', content, judgements: await judgeAll(prepared, digests, judging) };
}

/** A header that is missing does no harm: the signature says itself what it uses, and RFC 9580 section 6.2.2.3 gives it up. */
function isNamed(one: WholeSignature, names: ReadonlySet<string>): boolean {
  if (one.kind === 'refused') return true;
  const algorithm = hashAlgorithm(one.signature.hashId);
  return algorithm === undefined || names.has(hashHeaderName(algorithm));
}

async function judgeInline(bytes: Uint8Array, judging: Judging): Promise<JudgedMessage> {
  const octets = messageOctets(bytes);
  if (octets.kind === 'malformed') return octets;
  const message = readInline(octets.bytes, MAX_MESSAGE_BYTES);
  if (message.kind === 'malformed') return message;
  const { content, signatures } = message;
  if (signatures.length === 0) return { kind: 'message', form: 'inline', content, judgements: [] };
  const list = readSignatureList(signatures);
  if (list.kind === 'malformed') return list;
  const prepared = await prepareAll(list.signatures, judging.trust);
  const digests = prepared.flatMap((one) => {
    if (one.kind === 'judged') return [];
    return [digest(one.request, one.request.isText === true ? withNetworkLineEnds(content) : content)];
  });
  return { kind: 'message', form: 'inline', content, judgements: await judgeAll(prepared, digests, judging) };
}

function messageOctets(bytes: Uint8Array): { readonly kind: 'bytes'; readonly bytes: Uint8Array } | Malformed {
  if (isBinary(bytes)) return { kind: 'bytes', bytes };
  if (!looksArmoured(bytes)) return malformed('it is no OpenPGP message');
  const armour = readArmour(bytes, { isAlone: true });
  if (armour.kind === 'malformed') return armour;
  const [label = ''] = armour.labels;
  if (armour.labels.length > 1) return malformed('more than one armoured block stands in the file');
  return label === 'MESSAGE' ? armour : malformed(`it holds a PGP ${label}, not a message`);
}

function digest({ algorithm, prefix, suffix }: DigestRequest, octets: Uint8Array): Uint8Array {
  const hash = createHash(algorithm);
  for (const part of [prefix, octets, suffix]) if (part !== undefined) hash.update(part);
  return hash.digest();
}

function malformed(reason: string): Malformed {
  return { kind: 'malformed', reason };
}
