const HIGHEST_BYTE = 255;

/** A number after a backslash: what begins it, its base and how many digits at most (parser/lib.c: strn_escseq). */
const OCTAL = { base: 8, digits: 3 } as const;
const NUMBERS: ReadonlyMap<string, { readonly base: number; readonly digits: number }> = new Map([
  ['d', { base: 10, digits: 3 }],
  ['x', { base: 16, digits: 2 }],
]);

/** What a letter after a backslash stands for. */
const LETTERS: ReadonlyMap<string, number> = new Map([
  ['\\', 0x5c],
  ['"', 0x22],
  ['a', 0x07],
  ['e', 0x1b],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
]);

export interface EscapeSequence {
  readonly byte: number;
  /** The offset behind it. */
  readonly end: number;
}

/**
 * Reads what follows a backslash as apparmor_parser does: `\053`, `\d43`, `\x2b`, `\n` …; `undefined` where it means nothing.
 * A digit that would make the number greater than a byte is no part of it: `\777` is `\77` and a 7.
 */
export function readEscape(text: string, at: number): EscapeSequence | undefined {
  const first = text.charAt(at);
  if (first >= '0' && first <= '7') return readNumber(text, at, OCTAL);
  const form = NUMBERS.get(first);
  if (form !== undefined) return readNumber(text, at + 1, form);
  const byte = LETTERS.get(first);
  return byte === undefined ? undefined : { byte, end: at + 1 };
}

function readNumber(
  text: string,
  start: number,
  { base, digits }: { readonly base: number; readonly digits: number },
): EscapeSequence | undefined {
  let byte = 0;
  let end = start;
  for (; end < start + digits && end < text.length; end += 1) {
    const digit = /[0-9a-zA-Z]/.test(text.charAt(end)) ? Number.parseInt(text.charAt(end), 36) : base;
    if (digit >= base || byte * base + digit > HIGHEST_BYTE) break;
    byte = byte * base + digit;
  }
  return end === start ? undefined : { byte, end };
}
