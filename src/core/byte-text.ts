/**
 * Text of a machine as its bytes, one character each: names of files are any bytes but `/` and NUL, and UTF-8 only by custom.
 * Sorting such texts sorts the bytes.
 */
export type ByteText = string;

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const HIGH = /[\u0080-\u00ff]/;
/** What a terminal or a page would not show as it is, or take for more than text; and the backslash that marks it. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\\]/gu;

export function toByteText(text: string): ByteText {
  return HIGH.test(text) || /[^\u0000-\u00ff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** The text, or `undefined` where the bytes are no UTF-8. */
export function toText(bytes: ByteText): string | undefined {
  if (!HIGH.test(bytes)) return bytes;
  try {
    return fatal.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** One line for people: bytes that are no text as `\xff`, line ends and their like as `\u{a}`. */
export function shown(bytes: ByteText): string {
  const text = toText(bytes);
  if (text !== undefined)
    return text.replaceAll(UNSHOWN, (one) =>
      one === '\\' ? '\\\\' : `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
    );
  return bytes.replaceAll(/[^\x20-\x7e]|\\/g, (one) =>
    one === '\\' ? '\\\\' : `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** What both begin with. */
export function commonPrefix(a: ByteText, b: ByteText): ByteText {
  if (b.startsWith(a)) return a;
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return a.slice(0, length);
}

/** What people read of a text that may be of any length: the beginning, and how much there is. */
export function brief(text: string, limitCharacters: number): string {
  if (text.length <= limitCharacters) return text;
  return `${text.slice(0, limitCharacters).toWellFormed()}… (${String(text.length)} characters)`;
}

export function compareBytes(a: ByteText, b: ByteText): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
