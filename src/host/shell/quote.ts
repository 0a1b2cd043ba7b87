/**
 * One word of POSIX shell that stands for exactly this text (Shell Command Language, 2.2.2 Single-Quotes). Throws on NUL,
 * which no shell word can hold.
 */
export function quote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a shell word cannot hold a NUL character');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command with all its arguments. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}
