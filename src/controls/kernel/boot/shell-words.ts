export interface Words {
  readonly words: readonly string[];
  /** The first variable that has no known value; the words are then not the whole truth. */
  readonly unresolved?: string;
}

/** Whatever stands next: a quoted text, an escape, a variable, a double quote, blanks, plain characters, one that is left. */
const TOKEN = /'([^']*)'|\\([\s\S])|\$(?:\{(\w+)\}|(\w+))|(")|(\s+)|([^'"\\$\s#]+)|([\s\S])/g;

/**
 * Splits one command of grub.cfg or /etc/default/grub into words: single quotes keep everything, double quotes keep
 * blanks, a backslash escapes, `$name` and `${name}` are replaced, `#` begins a comment where a word would begin. What is
 * more than that (command substitution, arithmetic) leaves its `$` in a word (GRUB manual, "Shell-like scripting").
 */
export function shellWords(command: string, valueOf: (name: string) => string | undefined): Words {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  let unresolved: string | undefined;
  const end = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (const [whole, single, escaped, braced, bare, quote, blanks, plain] of command.matchAll(TOKEN)) {
    const variable = braced ?? bare;
    if (variable !== undefined) {
      const value = valueOf(variable);
      if (value === undefined) unresolved ??= variable;
      const [first = '', ...others] = isQuoted ? [value ?? ''] : (value ?? '').split(/\s+/);
      if (isQuoted || first !== '') word = (word ?? '') + first;
      for (const other of others) {
        end();
        if (other !== '') word = other;
      }
    } else if (quote !== undefined) {
      isQuoted = !isQuoted;
      word ??= '';
    } else if (isQuoted) word = (word ?? '') + (escaped !== undefined && /["\\$`]/.test(escaped) ? escaped : whole);
    else if (blanks !== undefined) end();
    else if (whole === '#' && word === undefined) break;
    else word = (word ?? '') + (single ?? escaped ?? plain ?? whole);
  }
  end();
  return { words, ...(unresolved !== undefined && { unresolved }) };
}
