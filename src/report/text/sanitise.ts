/**
 * Characters that steer a terminal or reorder text instead of being seen: C0, DEL and C1 controls, line and paragraph
 * separators, lone surrogates, and every format character (bidirectional controls, zero-width space, tags …) but the
 * two joiners, which emoji and several scripts need. Unicode 15, chapter 23; "Trojan Source", CVE-2021-42574.
 */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const BYTE_MAX = 0xff;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Makes every invisible character visible (`\x1b`, `\u{202e}`), so that data can't steer what shows it. */
export function escapeInvisible(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(INVISIBLE, escapeCharacter);
}

/** Like {@link escapeInvisible}, with any run of white space as one space: for sentences. */
export function oneLine(text: string): string {
  return escapeInvisible(text.replace(/\s+/gu, ' ').trim());
}

/** Like {@link escapeInvisible}, with tabs as they are: for lines of a file in a block that shows them. */
export function escapeLine(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.split('\t').map(escapeInvisible).join('\t');
}

function escapeCharacter(character: string): string {
  return ESCAPES[character] ?? escapeCodePoint(character.codePointAt(0) ?? 0);
}

/** `\x1b` for a byte, `\u{202e}` for anything larger. */
export function escapeCodePoint(codePoint: number): string {
  const hex = codePoint.toString(16);
  return codePoint <= BYTE_MAX ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}
