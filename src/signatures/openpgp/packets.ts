import { CutOff, joinAll, OctetReader } from './octets.ts';

/** Packet type ids of RFC 9580 section 5. */
export const PACKET = {
  signature: 2,
  symmetricSessionKey: 3,
  onePassSignature: 4,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  compressed: 8,
  symmetricallyEncrypted: 9,
  marker: 10,
  literal: 11,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  padding: 21,
} as const;

export interface Packet {
  readonly type: number;
  readonly body: Uint8Array;
}

export type ReadPackets =
  | { readonly kind: 'packets'; readonly packets: readonly Packet[] }
  | { readonly kind: 'malformed'; readonly reason: string };

/** More packets than any real keyring holds: Debian's of all its developers has under 100,000. */
const MAX_PACKETS = 200_000;

/** Whether a file can be OpenPGP as it is, without armour: the first bit of every packet is set (RFC 9580 section 4.2). */
export function isBinary(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x80) !== 0;
}

/** Cuts a file into packets; one that isn't whole makes all of it malformed, as what is missing may have been a revocation. */
export function readPackets(bytes: Uint8Array): ReadPackets {
  const reader = new OctetReader(bytes);
  const packets: Packet[] = [];
  try {
    while (!reader.isAtEnd) {
      const packet = readPacket(reader);
      if (packet === undefined) return { kind: 'malformed', reason: 'it holds something that is no OpenPGP packet' };
      if (packets.length >= MAX_PACKETS) return { kind: 'malformed', reason: 'it holds too many packets' };
      packets.push(packet);
    }
  } catch (error: unknown) {
    if (error instanceof CutOff) return { kind: 'malformed', reason: 'its last packet is cut off' };
    throw error;
  }
  return { kind: 'packets', packets };
}

/** Packets that RFC 9580 lets stand anywhere and wants ignored: sections 5.8, 5.10 and 5.14. */
export function isIgnored({ type }: Packet): boolean {
  return type === PACKET.marker || type === PACKET.trust || type === PACKET.padding;
}

function readPacket(reader: OctetReader): Packet | undefined {
  const header = reader.octet();
  if ((header & 0x80) === 0) return undefined;
  if ((header & 0x40) === 0) return readLegacyPacket(header, reader);
  const type = header & 0x3f;
  return type === 0 ? undefined : readCurrentPacket(type, reader);
}

const LEGACY_LENGTH_OCTETS = [1, 2, 4];

/** RFC 9580 section 4.2.2; a length of indeterminate kind reaches to the end of the file. */
function readLegacyPacket(header: number, reader: OctetReader): Packet | undefined {
  const type = (header >> 2) & 0x0f;
  if (type === 0) return undefined;
  const octets = LEGACY_LENGTH_OCTETS[header & 0x03];
  if (octets !== undefined) return { type, body: reader.take(reader.number(octets)) };
  return mayBePartial(type) ? { type, body: reader.rest() } : undefined;
}

const TWO_OCTET_LENGTH = 192;
const PARTIAL_LENGTH = 224;
const FIVE_OCTET_LENGTH = 255;

/** Enough for a packet of 64 MiB in the smallest parts that RFC 9580 section 4.2.1.4 lets one begin with: 512 octets. */
const MAX_PARTS = 131_072;

/** RFC 9580 section 4.2.1. */
function readCurrentPacket(type: number, reader: OctetReader): Packet | undefined {
  const parts: Uint8Array[] = [];
  for (;;) {
    const first = reader.octet();
    const isPartial = first >= PARTIAL_LENGTH && first < FIVE_OCTET_LENGTH;
    if (isPartial && (!mayBePartial(type) || parts.length >= MAX_PARTS)) return undefined;
    parts.push(reader.take(isPartial ? 2 ** (first & 0x1f) : readLength(first, reader)));
    if (!isPartial) return { type, body: parts.length === 1 ? (parts[0] ?? new Uint8Array()) : joinAll(parts) };
  }
}

/** A length that began with this octet: of a packet (RFC 9580 section 4.2.1) or of a subpacket (section 5.2.3.7). */
export function readLength(first: number, reader: OctetReader): number {
  if (first < TWO_OCTET_LENGTH) return first;
  if (first < FIVE_OCTET_LENGTH) return ((first - TWO_OCTET_LENGTH) << 8) + reader.octet() + TWO_OCTET_LENGTH;
  return reader.number(4);
}

/** RFC 9580 section 4.2.1.4: only data packets may come in parts. */
function mayBePartial(type: number): boolean {
  const ENCRYPTED_INTEGRITY = 18;
  const data: readonly number[] = [
    PACKET.literal,
    PACKET.compressed,
    PACKET.symmetricallyEncrypted,
    ENCRYPTED_INTEGRITY,
  ];
  return data.includes(type);
}
