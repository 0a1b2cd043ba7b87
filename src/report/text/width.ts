import wide from './east-asian-wide.json' with { type: 'json' };

const HEXADECIMAL = 16;
const WIDE_COLUMNS = 2;
/** Text whose every character takes one column by itself: ASCII, Latin letters, our dashes, quotes, arrows and signs. */
export const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2013-\u2026\u2190-\u2193\u2500\u2713\u2717]*$/;
/** Drawn on two columns: emoji by themselves, and anything that asks for emoji style. */
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
/** Drawn on the character before: marks, format characters, and Hangul vowels and finals. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]$/u;

/** Made when it is needed: it loads 10 ms of Unicode data. */
let segmenter: Intl.Segmenter | undefined;
const wideRanges = wide.ranges.map((range) => {
  const [first = '', last = first] = range.split('..');
  return { first: Number.parseInt(first, HEXADECIMAL), last: Number.parseInt(last, HEXADECIMAL) };
});

/** How many terminal columns a printable text takes: Unicode UAX #11, emoji UTS #51. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** The characters a person sees. */
export function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

export function graphemeWidth(grapheme: string): number {
  if (EMOJI.test(grapheme)) return WIDE_COLUMNS;
  let columns = 0;
  for (const character of grapheme) columns += characterWidth(character);
  return columns;
}

function characterWidth(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  return isWide(character.codePointAt(0) ?? 0) ? WIDE_COLUMNS : 1;
}

function isWide(codePoint: number): boolean {
  let low = 0;
  let high = wideRanges.length - 1;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const range = wideRanges[middle];
    if (range === undefined) return false;
    if (codePoint < range.first) high = middle - 1;
    else if (codePoint > range.last) low = middle + 1;
    else return true;
  }
  return false;
}
