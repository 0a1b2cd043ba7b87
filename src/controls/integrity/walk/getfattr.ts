import type { ByteText } from '../../../core/byte-text.ts';
import type { Attributes } from './walked.ts';

/** getfattr(1) for one attribute, or all of all namespaces; links themselves, and values in hexadecimal. */
export function getfattr(name: string | undefined): readonly string[] {
  const pattern = name === undefined ? '-' : `^${name.replaceAll('.', String.raw`\.`)}$`;
  return ['getfattr', '-h', '-d', '-m', pattern, '-e', 'hex', '--absolute-names', '--'];
}

const FILE = '# file: ';
const VALUE = /^([^=]+)=0x((?:[0-9a-f]{2})*)$/;
/** getfattr writes line ends, `=` in names of attributes, and backslashes as octal numbers (quote.c of attr). */
const OCTAL = /\\([0-7]{3})/g;
const OCTAL_BASE = 8;

/** Reads what getfattr(1) printed; `undefined` where that is something else. */
export function readGetfattr(output: Uint8Array): ReadonlyMap<ByteText, Attributes> | undefined {
  const all = new Map<ByteText, Attributes>();
  let current: Record<string, string> | undefined;
  const text = Buffer.from(output.buffer, output.byteOffset, output.length).toString('latin1');
  for (const line of text.split('\n')) {
    if (line === '') {
      current = undefined;
      continue;
    }
    if (current === undefined) {
      if (!line.startsWith(FILE)) return undefined;
      current = {};
      all.set(unquote(line.slice(FILE.length)), current);
      continue;
    }
    // An attribute with nothing in it is printed without a value.
    const [, name, value] = VALUE.exec(line) ?? [];
    if (name !== undefined && value !== undefined) current[unquote(name)] = value;
    else if (line.includes('=')) return undefined;
    else current[unquote(line)] = '';
  }
  return all;
}

function unquote(text: string): string {
  return text.includes('\\')
    ? text.replaceAll(OCTAL, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, OCTAL_BASE)))
    : text;
}
