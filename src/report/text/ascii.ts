import { escapeCodePoint } from './sanitise.ts';

const NON_ASCII = /[^\x00-\x7f]/gu;

/** What stands for the typography of our own sentences where the locale can't show it. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '‑': '-',
  '…': '...',
  '·': '-',
  '•': '*',
  '×': 'x',
  '→': '->',
  '≥': '>=',
  '≤': '<=',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '\u00a0': ' ',
};

/** Writes text with ASCII alone: known typography by its nearest, anything else as `\u{e9}`. */
export function toAscii(text: string): string {
  return text.replace(
    NON_ASCII,
    (character) => SUBSTITUTES[character] ?? escapeCodePoint(character.codePointAt(0) ?? 0),
  );
}
