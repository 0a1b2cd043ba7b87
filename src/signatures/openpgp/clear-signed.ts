import { Buffer } from 'node:buffer';
import { isHashName } from './algorithms.ts';
import { linesOf, readArmour, withoutTrailingSpace } from './armour.ts';

export const CLEAR_SIGNED_BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const SIGNATURE_BEGIN = '-----BEGIN PGP SIGNATURE-----';
const HASH_HEADER = /^Hash: ?([A-Za-z0-9-]{1,20}(?:, ?[A-Za-z0-9-]{1,20}){0,20})$/;

export type ReadClearSigned =
  | {
      readonly kind: 'clear-signed';
      /** What is signed: the lines with CR LF between them. */
      readonly signedOctets: Uint8Array;
      /** The same for people and parsers: every line ends with LF. */
      readonly content: Uint8Array;
      /** What the `Hash` headers name; empty where there is none. */
      readonly hashNames: ReadonlySet<string>;
      /** Signature packets. */
      readonly signatureOctets: Uint8Array;
    }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * Takes a clear-signed message apart (RFC 9580 section 7). Nothing but blank lines may stand around it, and no header but `Hash`
 * in it: programs that took what stands there for signed were fooled by it (CVE-2019-11841; apt bug 733179 on `InRelease`).
 */
export function readClearSigned(bytes: Uint8Array): ReadClearSigned {
  const lines = linesOf(bytes);
  if (lines === undefined) return malformed('it has too many lines');
  const begin = lines.findIndex((line) => withoutTrailingSpace(line) !== '');
  if (withoutTrailingSpace(lines[begin] ?? '') !== CLEAR_SIGNED_BEGIN) {
    return malformed('text that nobody signed stands before the signed message');
  }
  const header = readHeader(lines, begin + 1);
  if (typeof header === 'string') return malformed(header);
  const end = lines.findIndex((line, index) => index >= header.end && withoutTrailingSpace(line) === SIGNATURE_BEGIN);
  if (end === -1) return malformed('the signed message has no signature');
  const text = readText(lines.slice(header.end, end));
  if (typeof text === 'string') return malformed(text);
  const armour = readArmour(Buffer.from(lines.slice(end).join('\n'), 'latin1'), { isAlone: true });
  if (armour.kind === 'malformed') return malformed(`after the signed text: ${armour.reason}`);
  if (armour.labels.length > 1) return malformed('more than one signed message, or more, stands in the file');
  const signed = text.join('\r\n');
  return {
    kind: 'clear-signed',
    signedOctets: Buffer.from(signed, 'latin1'),
    content: Buffer.from(signed === '' ? '' : `${signed.replaceAll('\r\n', '\n')}\n`, 'latin1'),
    hashNames: header.names,
    signatureOctets: armour.bytes,
  };
}

interface Header {
  readonly names: ReadonlySet<string>;
  /** The line after the blank one. */
  readonly end: number;
}

/** Or what is wrong with it. */
function readHeader(lines: readonly string[], begin: number): Header | string {
  const names = new Set<string>();
  for (let index = begin; ; index += 1) {
    const line = lines[index];
    if (line === undefined) return 'the signed message is cut off';
    const header = withoutTrailingSpace(line);
    if (header === '') return { names, end: index + 1 };
    const listed = HASH_HEADER.exec(header)?.[1]?.split(',');
    if (listed === undefined) return 'the signed message has a header that is not signed and may not be there';
    for (const name of listed.map((one) => one.trim().toUpperCase())) {
      if (!isHashName(name)) return `the signed message names the unknown hash algorithm ${name}`;
      names.add(name);
    }
  }
}

/** The lines as they were signed (RFC 9580 section 7.2), or what is wrong with them. */
function readText(lines: readonly string[]): readonly string[] | string {
  const text: string[] = [];
  for (const line of lines) {
    const isEscaped = line.startsWith('- ');
    if (line.startsWith('-') && !isEscaped) {
      return line.startsWith(CLEAR_SIGNED_BEGIN)
        ? 'a second signed message begins in the first'
        : 'a line of the signed text begins with a dash that is not escaped';
    }
    text.push(withoutTrailingSpace(isEscaped ? line.slice('- '.length) : line));
  }
  return text;
}

function malformed(reason: string): ReadClearSigned {
  return { kind: 'malformed', reason };
}
