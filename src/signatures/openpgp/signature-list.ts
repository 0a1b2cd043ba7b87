import type { SignatureJudgement } from '../judgement.ts';
import type { Trust } from '../trust.ts';
import { judgeClaim, prepare, type Prepared, type DocumentTypes } from './judge-signature.ts';
import { isIgnored, PACKET, type Packet } from './packets.ts';
import { type ReadSignature, readSignaturePacket } from './signature-packet.ts';

/** More signatures than this in one file are not looked at: each asks for a digest of all that is signed. */
const MAX_SIGNATURES = 32;

export type ReadSignatureList =
  | { readonly kind: 'signatures'; readonly signatures: readonly WholeSignature[] }
  | { readonly kind: 'malformed'; readonly reason: string };

export type WholeSignature = Exclude<ReadSignature, { kind: 'malformed' }>;

/** Packets that are signatures and nothing else. */
export function readSignatureList(packets: readonly Packet[]): ReadSignatureList {
  const signatures: WholeSignature[] = [];
  for (const packet of packets.filter((one) => !isIgnored(one))) {
    if (packet.type !== PACKET.signature) return malformed(`it holds ${packetTitle(packet)}, not only signatures`);
    if (signatures.length >= MAX_SIGNATURES)
      return malformed(`it holds more than ${String(MAX_SIGNATURES)} signatures`);
    const read = readSignaturePacket(packet.body);
    if (read.kind === 'malformed') return malformed(`a signature in it can't be read: ${read.reason}`);
    signatures.push(read);
  }
  return signatures.length === 0 ? malformed('it holds no signature') : { kind: 'signatures', signatures };
}

/** Each signature as far as it can be judged without the signed bytes. */
export function prepareAll(
  signatures: readonly WholeSignature[],
  trust: Trust,
  types?: DocumentTypes,
): Promise<readonly Prepared[]> {
  return Promise.all(signatures.map((one) => prepare(one, trust, types)));
}

/** `digests`: what the signatures ask for, in their order. */
export function judgeAll(
  prepared: readonly Prepared[],
  digests: readonly Uint8Array[],
  judging: { readonly trust: Trust; readonly at: Date },
): Promise<readonly SignatureJudgement[]> {
  const asking = prepared.filter(({ kind }) => kind === 'asks');
  if (asking.length !== digests.length) {
    throw new Error(`${String(digests.length)} digests for ${String(asking.length)} signatures`);
  }
  return Promise.all(
    prepared.map((one) => {
      if (one.kind === 'judged') return Promise.resolve(one.judgement);
      return judgeClaim(one.claim, digests[asking.indexOf(one)] ?? new Uint8Array(), judging);
    }),
  );
}

const TITLES: ReadonlyMap<number, string> = new Map([
  [PACKET.symmetricSessionKey, 'an encrypted message'],
  [1, 'an encrypted message'],
  [PACKET.symmetricallyEncrypted, 'an encrypted message'],
  [18, 'an encrypted message'],
  [PACKET.onePassSignature, 'a signed message'],
  [PACKET.compressed, 'a compressed message'],
  [PACKET.literal, 'a message'],
  [PACKET.publicKey, 'a public key'],
  [PACKET.secretKey, 'a secret key'],
]);

export function packetTitle({ type }: Packet): string {
  return TITLES.get(type) ?? `a packet of type ${String(type)}`;
}

function malformed(reason: string): { readonly kind: 'malformed'; readonly reason: string } {
  return { kind: 'malformed', reason };
}
