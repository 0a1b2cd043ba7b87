import { type ByteText, shown } from '../../core/byte-text.ts';
import { isAtLeast } from './dialect.ts';
import type { Dialect } from './syntax.ts';

export type VariablePart =
  { readonly kind: 'text'; readonly text: ByteText } | { readonly kind: 'variable'; readonly name: string };

export type VariableParts =
  | { readonly kind: 'parts'; readonly parts: readonly VariablePart[] }
  | { readonly kind: 'problem'; readonly message: string };

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const CLOSED_NAME = /\{(?:[A-Za-z][A-Za-z0-9_]*)?\}/y;

interface Found {
  readonly start: number;
  readonly end: number;
}

/** A text cut at its variables. */
export function splitVariables(text: ByteText, dialect: Dialect): VariableParts {
  const parts: VariablePart[] = [];
  let rest = text;
  for (;;) {
    const found = isAtLeast(dialect, '5.0') ? findAny(rest) : findValid(rest);
    if (found === undefined) break;
    const name = rest.slice(found.start + 2, found.end);
    if (name === '') return { kind: 'problem', message: 'a variable has no name: “@{}”' };
    if (!NAME.test(name)) {
      // 5.0 takes `@{a,b}` for an address and an alternation, and leaves all that follows as it is.
      if (name.includes(',')) break;
      return { kind: 'problem', message: `“@{${shown(name)}}” is no name of a variable` };
    }
    parts.push({ kind: 'text', text: rest.slice(0, found.start) }, { kind: 'variable', name });
    rest = rest.slice(found.end + 1);
  }
  parts.push({ kind: 'text', text: rest });
  return { kind: 'parts', parts };
}

/** Before 5.0: what is no proper name in its braces is no variable. */
function findValid(text: ByteText): Found | undefined {
  let isEscaped = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '@' && !isEscaped && text[at + 1] === '{') {
      CLOSED_NAME.lastIndex = at + 1;
      if (CLOSED_NAME.test(text)) return { start: at, end: CLOSED_NAME.lastIndex - 1 };
    }
    isEscaped = character === '\\' && !isEscaped;
  }
  return undefined;
}

/** From 5.0 on: all that stands between `@{` and `}`. */
function findAny(text: ByteText): Found | undefined {
  let isEscaped = false;
  let start: number | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '@' && !isEscaped && text[at + 1] === '{') {
      start = at;
      if (text[at + 2] === '}') return { start, end: at + 2 };
      at += 2;
      continue;
    }
    if (character === '}' && !isEscaped && start !== undefined) return { start, end: at };
    isEscaped = character === '\\' && !isEscaped;
  }
  return undefined;
}
