/** What stands before a word, the word, and where the next begins; `undefined` where there is no whole word. */
export interface Word {
  readonly text: string;
  readonly end: number;
}

/**
 * One word of apt's files: parts in `"…"` and `[…]` may hold blanks, and `%20` is the character of that number (ParseQuoteWord of
 * apt-pkg/contrib/strutl.cc).
 */
export function readWord(text: string, start: number): Word | undefined {
  let from = start;
  while (isBlank(text[from])) from += 1;
  if (from >= text.length) return undefined;
  let end = from;
  while (end < text.length && !isBlank(text[end])) {
    const closing = text[end] === '"' ? '"' : text[end] === '[' ? ']' : undefined;
    if (closing !== undefined) {
      end = text.indexOf(closing, end + 1);
      if (end < 0) return undefined;
    }
    end += 1;
  }
  const word = text
    .slice(from, end)
    .replaceAll('"', '')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  while (isBlank(text[end])) end += 1;
  return { text: word, end };
}

/** Texts in quotes, one after the other with blanks between (ParseCWord there); nothing else may follow. */
export function readQuoted(text: string, start: number): Word | undefined {
  const rest = text.slice(start).trim();
  if (rest === '' || !/^(?:"[^"]*"\s*)+$/.test(rest)) return undefined;
  const word = rest.replaceAll(/"([^"]*)"(\s*)/g, (_, inner: string, blanks: string) => inner + (blanks && ' '));
  return { text: word, end: text.length };
}

/** StringToBool of apt-pkg/contrib/strutl.cc; `undefined` is what it takes for neither. */
export function readBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (/^(?:0*1|yes|true|with|on|enable)$/.test(word)) return true;
  if (/^(?:0+|no|false|without|off|disable)$/.test(word)) return false;
  return undefined;
}

/** isspace(3) in the C locale. */
function isBlank(character: string | undefined): boolean {
  return character !== undefined && /[ \t\n\v\f\r]/.test(character);
}
