import { Buffer } from 'node:buffer';
import { joinAll } from './octets.ts';

export type ReadArmour =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly labels: readonly string[] }
  | { readonly kind: 'malformed'; readonly reason: string };

export interface ArmourOptions {
  /** Whether only blank lines may stand around the blocks; keyrings such as the `KEYS` files of Apache have text there. */
  readonly isAlone: boolean;
}

const BEGIN = /^-----BEGIN PGP ([A-Z ,/0-9]{1,40})-----$/;
const HEADER = /^[A-Za-z]{1,40}: ?[^\u0000-\u001f\u007f]{0,1000}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** The optional checksum of RFC 9580 section 6.1. */
const CHECKSUM = /^=[A-Za-z0-9+/]{4}$/;

export function looksArmoured(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('-----BEGIN PGP ');
}

/**
 * The octets of every block, one after the other. Checksums are not looked at: RFC 9580 section 6.1 says that an object MUST NOT
 * be rejected for one that is wrong, and what is wrong shows in the signature.
 */
export function readArmour(bytes: Uint8Array, { isAlone }: ArmourOptions): ReadArmour {
  const all = linesOf(bytes);
  if (all === undefined) return { kind: 'malformed', reason: 'it has too many lines' };
  const lines = new Lines(all);
  const blocks: Uint8Array[] = [];
  const labels: string[] = [];
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const label = BEGIN.exec(line)?.[1];
    if (label === undefined) {
      if (isAlone && line !== '') return { kind: 'malformed', reason: 'text stands outside of the armour' };
      continue;
    }
    const block = readBlock(label, lines);
    if (typeof block === 'string') return { kind: 'malformed', reason: block };
    blocks.push(block);
    labels.push(label);
  }
  if (blocks.length === 0) return { kind: 'malformed', reason: 'it holds no armour' };
  return { kind: 'bytes', bytes: joinAll(blocks), labels };
}

/** Or why there is none. */
function readBlock(label: string, lines: Lines): Uint8Array | string {
  for (let line = lines.next(); line !== ''; line = lines.next()) {
    if (line === undefined) return 'the armour is cut off';
    if (!HEADER.test(line)) return 'the armour has a line that is no header before its blank line';
  }
  const data: string[] = [];
  let isOver = false;
  for (let line = lines.next(); line !== `-----END PGP ${label}-----`; line = lines.next()) {
    if (line === undefined) return 'the armour is cut off';
    if (isOver && line !== '') return 'the armour goes on after its end';
    isOver ||= CHECKSUM.test(line) || line.endsWith('=');
    if (CHECKSUM.test(line)) continue;
    if (!BASE64.test(line)) return 'the armour holds a line that is no Base64';
    data.push(line);
    // The padding of the data may be followed by the checksum.
    if (line.endsWith('=')) {
      const after = lines.peek();
      if (after !== undefined && CHECKSUM.test(after)) lines.next();
    }
  }
  return Buffer.from(data.join(''), 'base64');
}

/** Lines without the white space at their ends, as RFC 9580 section 6.2 wants blank lines and header lines understood. */
class Lines {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  next(): string | undefined {
    const line = this.peek();
    this.#at += 1;
    return line;
  }

  peek(): string | undefined {
    const line = this.#lines[this.#at];
    return line === undefined ? undefined : withoutTrailingSpace(line);
  }
}

/** A line costs far more memory than its octets; 64 MiB in lines of armour are a million. */
const MAX_LINES = 2_000_000;

/** Octets as characters, so that nothing is decoded and nothing gets lost; `undefined`: too many. */
export function linesOf(bytes: Uint8Array): readonly string[] | undefined {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .split('\n', MAX_LINES + 1);
  return lines.length > MAX_LINES ? undefined : lines;
}

const TRAILING: ReadonlySet<string> = new Set([' ', '\t', '\r']);

/** Without spaces, tabs and carriage returns at its end; `trimEnd` and an expression would take more, or longer. */
export function withoutTrailingSpace(line: string): string {
  let end = line.length;
  while (end > 0 && TRAILING.has(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}
