import type { ByteText } from '../../core/byte-text.ts';

const BYTE_MAX = 0xff;
const BACKSLASH = '\\';
/** What keeps its backslash, since without it it would be a part of a pattern. */
const SPECIAL = '*?[]{}^,\\';
const NAMED: Readonly<Record<string, string>> = {
  a: '\u0007',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '"': '"',
};
const DIGITS = '0123456789abcdef';
const OCTAL = { digits: /[0-7]/, base: 8, length: 3 };
const DECIMAL = { digits: /[0-9]/, base: 10, length: 3 };
const HEXADECIMAL = { digits: /[0-9a-fA-F]/, base: 16, length: 2 };

export interface EscapedCharacter {
  readonly character: string;
  /** Where the text goes on. */
  readonly end: number;
}

/** What the characters behind a backslash stand for (strn_escseq of lib.c); `undefined` where they are no escape. */
export function readEscape(text: ByteText, at: number): EscapedCharacter | undefined {
  const first = text[at] ?? '';
  if (OCTAL.digits.test(first)) return readNumber(text, at, OCTAL);
  if (first === 'd') return readNumber(text, at + 1, DECIMAL);
  if (first === 'x') return readNumber(text, at + 1, HEXADECIMAL);
  const character = NAMED[first];
  return character === undefined ? undefined : { character, end: at + 1 };
}

function readNumber(text: ByteText, at: number, form: typeof OCTAL): EscapedCharacter | undefined {
  let value = 0;
  let end = at;
  while (end - at < form.length && form.digits.test(text[end] ?? '')) {
    const next = value * form.base + DIGITS.indexOf((text[end] ?? '').toLowerCase());
    if (next > BYTE_MAX) break;
    value = next;
    end += 1;
  }
  return end === at ? undefined : { character: String.fromCharCode(value), end };
}

/** A word without its quotes, escapes resolved; those of characters that mean something in patterns are kept. */
export function unescapeWord(written: ByteText): ByteText {
  const text =
    written.startsWith('"') && written.endsWith('"') ? written.slice(1, Math.max(1, written.length - 1)) : written;
  if (!text.includes(BACKSLASH)) return text;
  let result = '';
  let at = 0;
  while (at < text.length) {
    const escaped = text[at] === BACKSLASH ? readEscape(text, at + 1) : undefined;
    if (escaped === undefined) {
      result += text[at] ?? '';
      at += 1;
      continue;
    }
    if (escaped.character === '\0') result += text.slice(at, escaped.end);
    else result += SPECIAL.includes(escaped.character) ? BACKSLASH + escaped.character : escaped.character;
    at = escaped.end;
  }
  return result;
}
