import { Buffer } from 'node:buffer';

/** Text with its line ends as CR LF: what a signature of text is over (RFC 9580 section 5.2.1.2). */
export function withNetworkLineEnds(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1');
}
