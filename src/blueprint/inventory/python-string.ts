/** A Python string literal. */
export interface PythonString {
  readonly text: string;
  /** After its closing quote. */
  readonly end: number;
  readonly isBytes: boolean;
}

const START = /([rR][bB]?|[bB][rR]?|[uU])?("""|'''|"|')/y;
const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\n', ''],
]);
const OCTAL = 8;
const HEXADECIMAL = 16;
const HIGHEST_CODE_POINT = 0x10ffff;
const OCTAL_ESCAPE = /[0-7]{1,3}/y;
const HEX_ESCAPE = /x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y;

/**
 * Reads the string literal at `start`; `undefined` where there is none, or one that we have no text for (`\N{name}`, and f-strings,
 * which are no literals). https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals
 */
export function readPythonString(source: string, start: number): PythonString | undefined {
  START.lastIndex = start;
  const match = START.exec(source);
  if (match === null) return undefined;
  const [opening, prefix = '', quote = ''] = match;
  const isRaw = /r/i.test(prefix);
  const isBytes = /b/i.test(prefix);
  let text = '';
  let at = start + opening.length;
  while (at < source.length) {
    if (source.startsWith(quote, at)) return { text, end: at + quote.length, isBytes };
    const character = source[at] ?? '';
    if (character === '\n' && quote.length === 1) return undefined;
    if (character !== '\\') {
      text += character;
      at += 1;
      continue;
    }
    const escape = isRaw ? rawEscape(source, at) : readEscape(source, at + 1, isBytes);
    if (escape === undefined) return undefined;
    text += escape.text;
    at = escape.end;
  }
  return undefined;
}

type Escape = Pick<PythonString, 'text' | 'end'>;

/** In raw strings the backslash stays, and still keeps a quote from ending them. */
function rawEscape(source: string, at: number): Escape {
  return { text: source.slice(at, at + 2), end: at + 2 };
}

function readEscape(source: string, at: number, isBytes: boolean): Escape | undefined {
  const character = source[at] ?? '';
  const simple = SIMPLE_ESCAPES.get(character);
  if (simple !== undefined) return { text: simple, end: at + 1 };
  OCTAL_ESCAPE.lastIndex = at;
  const octal = OCTAL_ESCAPE.exec(source)?.[0];
  if (octal !== undefined) {
    return { text: String.fromCharCode(Number.parseInt(octal, OCTAL)), end: at + octal.length };
  }
  if (character === 'x' || (!isBytes && (character === 'u' || character === 'U'))) return hexEscape(source, at);
  if (character === 'N' && !isBytes) return undefined;
  return { text: `\\${character}`, end: at + 1 };
}

function hexEscape(source: string, at: number): Escape | undefined {
  HEX_ESCAPE.lastIndex = at;
  const match = HEX_ESCAPE.exec(source);
  if (match === null) return undefined;
  const point = Number.parseInt(match[0].slice(1), HEXADECIMAL);
  if (point > HIGHEST_CODE_POINT) return undefined;
  return { text: String.fromCodePoint(point), end: at + match[0].length };
}
