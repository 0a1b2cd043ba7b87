import type { ByteText } from '../../../core/byte-text.ts';

/** A word of a policy's source, or a brace that opens or closes a block. */
export interface Word {
  /** `end`: the end of a rule, or of a line that is a statement by itself. */
  readonly kind: 'word' | 'open' | 'close' | 'end';
  readonly text: ByteText;
  readonly start: number;
  readonly end: number;
}

/** Statements of one line that no comma ends: apparmor.d(5), "include", "variables", "abi" is as any rule. */
const ENDS_WITH_ITS_LINE = /^(?:#?include$|@\{|\$)/;
const VARIABLE = /^(?:@\{|\$)/;
/** `@{x} += `, `@{x}=`: what follows are values, of which one may begin with a brace (`{,x}html`). */
const ASSIGNS = /^[@$]\{?\w+\}?\+?=/;
const ASSIGNMENT = /^\+?=/;
const BLANK = /[ \t\r\n]/;

/**
 * Cuts a policy's source into words, as far as is needed to find where profiles begin: what stands in quotes, brackets and braces is
 * one word, a brace by itself is a block's. Goes through the text once.
 */
export function wordsOf(text: ByteText): readonly Word[] {
  const words: Word[] = [];
  const statement: { first: ByteText | undefined; isAssignment: boolean } = { first: undefined, isAssignment: false };
  let at = 0;
  const push = (kind: Word['kind'], start: number, end: number): void => {
    const word = text.slice(start, end);
    words.push({ kind, text: word, start, end });
    const { first } = statement;
    if (kind !== 'word') Object.assign(statement, { first: undefined, isAssignment: false });
    else if (first === undefined) Object.assign(statement, { first: word, isAssignment: ASSIGNS.test(word) });
    else statement.isAssignment ||= VARIABLE.test(first) && ASSIGNMENT.test(word);
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\n') {
      if (statement.first !== undefined && ENDS_WITH_ITS_LINE.test(statement.first)) push('end', at, at);
      at += 1;
    } else if (BLANK.test(character)) at += 1;
    else if (character === '#' && !isInclude(text, at)) at = endOfLine(text, at);
    else if (character === ',') {
      push('end', at, at + 1);
      at += 1;
    } else if ((character === '{' && !statement.isAssignment) || character === '}') {
      push(character === '{' ? 'open' : 'close', at, at + 1);
      at += 1;
    } else {
      const end = endOfWord(text, at);
      push('word', at, end);
      at = end;
    }
  }
  return words;
}

/** `#include` begins no comment (apparmor.d(5), "#include mechanism"). */
function isInclude(text: ByteText, at: number): boolean {
  return text.startsWith('#include', at) && BLANK.test(text[at + '#include'.length] ?? '');
}

function endOfLine(text: ByteText, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Up to a blank, a comma or a brace that is not within something that this word opened. */
function endOfWord(text: ByteText, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\') at += 1;
    else if (character === '"') at = endOfQuotes(text, at);
    else if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth = Math.max(0, depth - 1);
    // A brace within a word has something of that word on its left; a block's has a blank, or the bracket of `flags=(…)`.
    else if (character === '{' && (at === from || text[at - 1] !== ')')) depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (depth === 0 && (BLANK.test(character) || character === ',' || character === '{' || character === '}'))
      break;
    // What a path leaves open ends with its line: a lost brace must not swallow the rest of the file.
    else if (character === '\n' && !isWithinList(text, from)) break;
  }
  return Math.min(at, text.length);
}

/** `flags=(…)`, `peer=(…)` may go over several lines. */
function isWithinList(text: ByteText, from: number): boolean {
  return /^[a-z_]*=?\(/.test(text.slice(from, from + LONGEST_LIST_NAME_CHARACTERS));
}

const LONGEST_LIST_NAME_CHARACTERS = 32;

function endOfQuotes(text: ByteText, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
