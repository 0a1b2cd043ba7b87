/** One parameter of a kernel command line; `value` is `null` for a bare name. */
export interface BootParameter {
  readonly name: string;
  readonly value: string | null;
}

/**
 * Splits a command line as the kernel does: white space separates, double quotes keep it, and everything after `--` is for
 * init (next_arg() of lib/cmdline.c, parse_args() of kernel/params.c).
 */
export function parseCommandLine(text: string): readonly BootParameter[] {
  const parameters: BootParameter[] = [];
  for (const word of splitWords(text)) {
    if (word === '--') break;
    const equals = word.indexOf('=');
    const name = unquote(equals === -1 ? word : word.slice(0, equals));
    if (name !== '') parameters.push({ name, value: equals === -1 ? null : unquote(word.slice(equals + 1)) });
  }
  return parameters;
}

/** `-` and `_` are one character in the names of parameters (parameq() of kernel/params.c). */
export function isSameParameter(a: string, b: string): boolean {
  return a.replaceAll('-', '_') === b.replaceAll('-', '_');
}

function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (/\s/.test(character) && !isQuoted) {
      if (word !== '') words.push(word);
      word = '';
    } else word += character;
  }
  return word === '' ? words : [...words, word];
}

/** The kernel takes one quote off each end; one inside stays. */
function unquote(text: string): string {
  const start = text.startsWith('"') ? 1 : 0;
  const end = text.length > start && text.endsWith('"') ? text.length - 1 : text.length;
  return text.slice(start, end);
}
