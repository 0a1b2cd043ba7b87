import { Buffer } from 'node:buffer';
import { inflateRawSync, inflateSync } from 'node:zlib';
import { OctetReader, CutOff } from './octets.ts';
import { isIgnored, PACKET, type Packet, readPackets } from './packets.ts';
import { packetTitle } from './signature-list.ts';

export type ReadInline =
  | { readonly kind: 'inline'; readonly content: Uint8Array; readonly signatures: readonly Packet[] }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * Takes a signed message of packets apart (RFC 9580 section 10.3): one text, and the signatures that are all over it. A signature
 * over another signature, and whatever else the grammar lets one nest, is refused: who signed what would be a riddle.
 */
export function readInline(bytes: Uint8Array, limitBytes: number): ReadInline {
  const outer = packetsOf(bytes);
  if (outer.kind === 'malformed') return outer;
  const [first] = outer.packets;
  if (outer.packets.length !== 1 || first?.type !== PACKET.compressed) return readSigned(outer.packets);
  const unpacked = decompress(first.body, limitBytes);
  if (unpacked.kind === 'malformed') return unpacked;
  const inner = packetsOf(unpacked.bytes);
  return inner.kind === 'malformed' ? inner : readSigned(inner.packets);
}

function packetsOf(bytes: Uint8Array): ReturnType<typeof readPackets> {
  const read = readPackets(bytes);
  if (read.kind === 'malformed') return read;
  return { kind: 'packets', packets: read.packets.filter((packet) => !isIgnored(packet)) };
}

function readSigned(packets: readonly Packet[]): ReadInline {
  const at = packets.findIndex(({ type }) => type === PACKET.literal);
  const [literal] = at === -1 ? [] : [packets[at]];
  const before = packets.slice(0, Math.max(at, 0));
  const after = packets.slice(at + 1);
  const foreign = [...before, ...after].find(({ type }) => !isSignature(type));
  if (literal === undefined) return malformed(`it holds ${titleOfFirst(packets)}, and no signed text`);
  if (foreign !== undefined) return malformed(`it holds ${packetTitle(foreign)} beside the signed text`);
  const announced = before.filter(({ type }) => type === PACKET.onePassSignature);
  const signatures = [...before, ...after].filter(({ type }) => type === PACKET.signature);
  if (after.length !== announced.length || after.some(({ type }) => type !== PACKET.signature)) {
    return malformed('its signatures are not those that it announces');
  }
  // RFC 9580 section 5.4: the last octet says whether the next one is over the text too, or this one over the next as well.
  if (announced.slice(0, -1).some(({ body }) => body.at(-1) !== 0))
    return malformed('a signature in it is over another one');
  const content = literalContent(literal.body);
  return content === undefined ? malformed('its text is cut off') : { kind: 'inline', content, signatures };
}

function isSignature(type: number): boolean {
  return type === PACKET.onePassSignature || type === PACKET.signature;
}

function titleOfFirst([first]: readonly Packet[]): string {
  return first === undefined ? 'nothing' : packetTitle(first);
}

/** RFC 9580 section 5.9; neither the name of the file nor the date is signed. */
function literalContent(body: Uint8Array): Uint8Array | undefined {
  try {
    const reader = new OctetReader(body);
    reader.octet();
    reader.take(reader.octet());
    reader.take(4);
    return reader.rest();
  } catch (error: unknown) {
    if (error instanceof CutOff) return undefined;
    throw error;
  }
}

type Unpacked =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'malformed'; readonly reason: string };

/** RFC 9580 section 9.4. BZip2 is left out: GnuPG takes it only where somebody asks for it. */
function decompress(body: Uint8Array, limitBytes: number): Unpacked {
  const data = Buffer.from(body.buffer, body.byteOffset, body.length).subarray(1);
  const options = { maxOutputLength: limitBytes };
  try {
    switch (body[0]) {
      case 0:
        return { kind: 'bytes', bytes: data };
      case 1:
        return { kind: 'bytes', bytes: inflateRawSync(data, options) };
      case 2:
        return { kind: 'bytes', bytes: inflateSync(data, options) };
      default:
        return { kind: 'malformed', reason: `its compression ${String(body[0] ?? '')} is not known here` };
    }
  } catch (error: unknown) {
    const isTooLarge = error instanceof RangeError;
    return {
      kind: 'malformed',
      reason: isTooLarge ? `it unpacks to more than ${String(limitBytes)} bytes` : 'what is compressed in it is broken',
    };
  }
}

function malformed(reason: string): ReadInline {
  return { kind: 'malformed', reason };
}
