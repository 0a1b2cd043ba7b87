import { Buffer } from 'node:buffer';
import type { SignatureScheme } from './judgement.ts';
import { UNTRUSTED_COMMENT } from './minisign/format.ts';
import { BEGIN_SSH_SIGNATURE } from './ssh/armour.ts';

/** Text may stand before the armour of OpenPGP (RFC 9580 section 6.2); not more of it is looked through. */
const OPENPGP_LOOK_BYTES = 16 * 1024;
const OPENPGP_ARMOUR = /^-----BEGIN PGP (?:SIGNATURE|SIGNED MESSAGE|MESSAGE)-----[ \t\r]*$/m;

/** RFC 9580 section 5: the kinds of packet that a file with a signature begins with. */
const SIGNATURE_PACKET = 2;
const ONE_PASS_PACKET = 4;
const MARKER_PACKET = 10;
const OPENPGP_PACKETS: ReadonlySet<number> = new Set([SIGNATURE_PACKET, ONE_PASS_PACKET, MARKER_PACKET]);
const SHORTEST_PACKET_BYTES = 5;

/** Larger JSON is no signature. */
const JSON_LIMIT_BYTES = 16 * 2 ** 20;
const SIGSTORE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle';
const IN_TOTO_PAYLOAD = 'application/vnd.in-toto+json';

const HEAD_LINES = 3;
const TRUSTED_COMMENT_LINE = /^trusted comment: /;

/** Which scheme a file claims to be a signature of, by what it begins with; `undefined` where it claims none. */
export function detectScheme(bytes: Uint8Array): SignatureScheme | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = buffer.toString('latin1', 0, OPENPGP_LOOK_BYTES);
  if (head.startsWith(UNTRUSTED_COMMENT)) return commented(head);
  if (head.startsWith(BEGIN_SSH_SIGNATURE)) return 'ssh';
  if (/^\s*\{/.test(head)) return jsonScheme(buffer);
  if (OPENPGP_ARMOUR.test(head) || isOpenpgpPacket(buffer)) return 'openpgp';
  return undefined;
}

/** minisign and signify begin alike. Only minisign has a trusted comment, and an algorithm `ED`; both show in base64 as they stand here. */
function commented(head: string): SignatureScheme {
  const [, signature = '', third = ''] = head.split('\n', HEAD_LINES);
  return TRUSTED_COMMENT_LINE.test(third) || /^RU[Q-T]/.test(signature) ? 'minisign' : 'signify';
}

function isOpenpgpPacket(buffer: Buffer): boolean {
  const first = buffer[0];
  if (first === undefined || buffer.length < SHORTEST_PACKET_BYTES) return false;
  // RFC 9580 section 4.2: bit 7 is always set; bit 6 says which of two header formats it is.
  if ((first & 0x80) === 0) return false;
  const isNew = (first & 0x40) !== 0;
  return OPENPGP_PACKETS.has(isNew ? first & 0x3f : (first >> 2) & 0x0f);
}

/** One document, or one a line. */
function jsonScheme(buffer: Buffer): SignatureScheme | undefined {
  if (buffer.length > JSON_LIMIT_BYTES) return undefined;
  const text = buffer.toString();
  const document = parsed(text) ?? parsed(text.trimStart().split('\n', 1)[0] ?? '');
  if (typeof document !== 'object' || document === null) return undefined;
  const mediaType = 'mediaType' in document ? document.mediaType : undefined;
  if (typeof mediaType === 'string' && mediaType.startsWith(SIGSTORE_MEDIA_TYPE)) return 'sigstore';
  return 'payloadType' in document && document.payloadType === IN_TOTO_PAYLOAD ? 'in-toto' : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
