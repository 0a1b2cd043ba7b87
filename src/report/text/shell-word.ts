const SAFE = /^[\w@%+=:,./-]+$/;

/** Quotes a word for a command that a person copies into sh(1). */
export function shellWord(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
