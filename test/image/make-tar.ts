/** Writes tars by hand: what honest programs refuse to write is what has to be tried. */

const BLOCK_BYTES = 512;
const OCTAL = 8;
/** With its version. */
const USTAR = 'ustar\x0000';

export interface TarEntry {
  readonly name: string;
  /** ustar's; default `0`. */
  readonly type?: string;
  readonly content?: Uint8Array | string;
  readonly link?: string;
  /** Another size than the content's. */
  readonly size?: number;
  readonly mode?: number;
  readonly magic?: string;
}

export function makeTar(entries: readonly TarEntry[], { isClosed = true } = {}): Buffer {
  return Buffer.concat([...entries.flatMap(member), ...(isClosed ? [Buffer.alloc(2 * BLOCK_BYTES)] : [])]);
}

function member(entry: TarEntry): readonly Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
  return [header(entry, content.length), content, padding];
}

function header(entry: TarEntry, contentBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(entry.name, 0, 100, 'utf8');
  block.write(octal(entry.mode ?? 0o644, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(entry.size ?? contentBytes, 11), 124, 'latin1');
  block.write(octal(0, 11), 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(entry.type ?? '0', 156, 'latin1');
  block.write(entry.link ?? '', 157, 100, 'utf8');
  block.write(entry.magic ?? USTAR, 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(OCTAL).padStart(digits, '0');
}

/** An extended header of pax with these records. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): TarEntry {
  const lines = Object.entries(records).map(([key, value]) => record(`${key}=${value}\n`));
  return { name: 'PaxHeaders/x', type, content: lines.join('') };
}

/** The length counts its own digits. */
function record(text: string): string {
  const bytes = Buffer.byteLength(text) + 1;
  const digits = String(bytes + String(bytes).length).length;
  return `${String(bytes + digits)} ${text}`;
}
