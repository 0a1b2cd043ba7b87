/** Words as Python's `shlex.split` cuts them, or why it can't. */
export type Words =
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  | { readonly kind: 'unfinished'; readonly reason: string; readonly offset: number };

export interface Word {
  readonly text: string;
  /** Where it starts in the line. */
  readonly offset: number;
}

/** What `shlex` takes for blanks: these and no others. */
const BLANKS = ' \t\r\n';

/**
 * POSIX mode of Python's `shlex.split`: quotes join words, a backslash escapes (between double quotes only `"` and `\`),
 * and with `comments` an unquoted # ends the line, in the middle of a word too
 * (https://docs.python.org/3/library/shlex.html#parsing-rules).
 */
export function splitWords(line: string, { comments }: { readonly comments: boolean }): Words {
  const words: Word[] = [];
  let text = '';
  let start = -1;
  const finish = (): void => {
    if (start !== -1) words.push({ text, offset: start });
    text = '';
    start = -1;
  };
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (BLANKS.includes(character)) {
      finish();
      continue;
    }
    if (character === '#' && comments) break;
    if (start === -1) start = at;
    if (character === '\\') {
      at += 1;
      if (at >= line.length) return { kind: 'unfinished', reason: 'nothing follows the backslash', offset: at - 1 };
      text += line[at] ?? '';
    } else if (character === '"' || character === "'") {
      const quoted = readQuoted(line, at);
      if (quoted === undefined) return { kind: 'unfinished', reason: 'the quote is never closed', offset: at };
      text += quoted.text;
      at = quoted.end;
    } else {
      text += character;
    }
  }
  finish();
  return { kind: 'words', words };
}

function readQuoted(line: string, start: number): { readonly text: string; readonly end: number } | undefined {
  const quote = line[start];
  let text = '';
  for (let at = start + 1; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === quote) return { text, end: at };
    if (character === '\\' && quote === '"') {
      const next = line[at + 1];
      if (next === undefined) return undefined;
      text += next === '"' || next === '\\' ? next : `\\${next}`;
      at += 1;
    } else {
      text += character;
    }
  }
  return undefined;
}
