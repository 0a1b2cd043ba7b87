import type { Json } from '../../core/json.ts';
import { VALUE_DEPTH_LIMIT } from './limits.ts';
import { readPythonString } from './python-string.ts';

/**
 * A value as Ansible's INI inventories type it: what Python's `ast.literal_eval` understands is that, everything else is
 * the text itself (https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html, "Assigning a variable").
 * Tuples and sets become lists; numbers that JSON has no word for stay texts.
 */
export function pythonValue(text: string): Json {
  try {
    const reader = new Reader(text);
    const value = reader.value(0);
    return reader.isAtEnd() ? value : text;
  } catch (error) {
    if (error instanceof NotLiteral) return text;
    throw error;
  }
}

class NotLiteral extends Error {}

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['True', true],
  ['False', false],
  ['None', null],
]);
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const BLANKS = /[ \t\f]*/y;
const BLANKS_AND_LINES = /(?:[ \t\f]|\r?\n|#[^\n]*)*/y;
const DIGITS = '[0-9](?:_?[0-9])*';
const NUMBER = new RegExp(
  [
    '0[xX](?:_?[0-9a-fA-F])+',
    '0[oO](?:_?[0-7])+',
    '0[bB](?:_?[01])+',
    `(?:${DIGITS})?\\.${DIGITS}(?:[eE][-+]?${DIGITS})?`,
    `${DIGITS}\\.?(?:[eE][-+]?${DIGITS})`,
    `${DIGITS}\\.`,
    DIGITS,
  ].join('|'),
  'y',
);
const LEADING_ZERO = /^0[0-9_]*[1-9]/;
const WHOLE_DECIMAL = /^[0-9_]+$/;
const OPENING: ReadonlyMap<string, string> = new Map([
  ['[', ']'],
  ['(', ')'],
  ['{', '}'],
]);

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    // literal_eval strips blanks and tabs in front.
    this.#match(/[ \t]*/y);
  }

  isAtEnd(): boolean {
    this.#match(BLANKS);
    return this.#at >= this.#text.length || this.#text[this.#at] === '#';
  }

  value(depth: number): Json {
    if (depth > VALUE_DEPTH_LIMIT) throw new NotLiteral();
    this.#depth = depth;
    this.#skip();
    const character = this.#text[this.#at] ?? '';
    if (OPENING.has(character)) return this.#collection(character, depth);
    const string = readPythonString(this.#text, this.#at);
    if (string !== undefined) return this.#strings(string);
    if (character === '-' || character === '+') return this.#signed();
    const word = this.#match(WORD);
    if (word === undefined) return this.#number();
    const known = WORDS.get(word);
    if (known === undefined) throw new NotLiteral();
    return known;
  }

  /** `"a" "b"` is `"ab"`; texts and bytes don't mix. */
  #strings(first: NonNullable<ReturnType<typeof readPythonString>>): string {
    let { text } = first;
    this.#at = first.end;
    for (;;) {
      const before = this.#at;
      this.#skip();
      const next = readPythonString(this.#text, this.#at);
      if (next === undefined) {
        this.#at = before;
        return text;
      }
      if (next.isBytes !== first.isBytes) throw new NotLiteral();
      text += next.text;
      this.#at = next.end;
    }
  }

  /** One sign may stand before a number, with blanks between. */
  #signed(): number {
    const isNegative = this.#text[this.#at] === '-';
    this.#at += 1;
    this.#skip();
    const value = this.#number();
    return isNegative && value !== 0 ? -value : value;
  }

  #number(): number {
    const written = this.#match(NUMBER);
    if (written === undefined || (WHOLE_DECIMAL.test(written) && LEADING_ZERO.test(written))) throw new NotLiteral();
    if (/[A-Za-z0-9_.]/.test(this.#text[this.#at] ?? '')) throw new NotLiteral();
    const value = Number(written.replaceAll('_', ''));
    const isExact = WHOLE_DECIMAL.test(written) || /^0[xXoObB]/.test(written) ? Number.isSafeInteger(value) : true;
    if (!Number.isFinite(value) || !isExact) throw new NotLiteral();
    return value;
  }

  #collection(opening: string, depth: number): Json {
    const closing = OPENING.get(opening) ?? '';
    this.#at += 1;
    const items: Json[] = [];
    const entries: [string, Json][] = [];
    let commas = 0;
    for (;;) {
      this.#depth = depth + 1;
      this.#skip();
      if (this.#text[this.#at] === closing) break;
      if (items.length + entries.length > commas) throw new NotLiteral();
      const item = this.value(depth + 1);
      this.#depth = depth + 1;
      this.#skip();
      if (opening === '{' && this.#text[this.#at] === ':') {
        if (items.length > 0 || (item !== null && typeof item === 'object')) throw new NotLiteral();
        this.#at += 1;
        entries.push([keyOf(item), this.value(depth + 1)]);
      } else {
        if (entries.length > 0) throw new NotLiteral();
        items.push(item);
      }
      this.#depth = depth + 1;
      this.#skip();
      if (this.#text[this.#at] === ',') {
        this.#at += 1;
        commas += 1;
      }
    }
    this.#at += 1;
    this.#depth = depth;
    if (opening === '{' && items.length === 0) return Object.fromEntries(entries);
    // `(1)` is 1, and `(1,)` a tuple.
    const [only] = items;
    if (opening === '(' && items.length === 1 && commas === 0 && only !== undefined) return only;
    return items;
  }

  /** Inside brackets, lines end nothing. */
  #skip(): void {
    this.#match(this.#depth > 0 ? BLANKS_AND_LINES : BLANKS);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** As `json.dumps` spells keys. */
function keyOf(key: Json): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}
