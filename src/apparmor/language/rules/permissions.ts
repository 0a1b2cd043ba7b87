import type { Reader } from '../reader.ts';

export interface PermissionWords {
  /** What the rule is called in messages. */
  readonly rule: string;
  /** The words of the rule. */
  readonly words: readonly string[];
  /** What `r` and `w` stand for; absent where letters are not taken. */
  readonly letters?: { readonly r: string; readonly w: string };
  /** Old and short words for others. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Whether what is no permission is passed over in parentheses, as the parser does for `userns` and `io_uring`. */
  readonly isLenient?: boolean;
}

/** `word`, `rw`, `(word, word rw)` or nothing; sorted, each once. */
export function readPermissions(reader: Reader, allowed: PermissionWords): readonly string[] | undefined {
  const found = new Set<string>();
  const add = (word: string): boolean => {
    const words = meaningOf(word, allowed);
    for (const one of words ?? []) found.add(one);
    return words !== undefined || allowed.isLenient === true;
  };
  const single = readSingle(reader, allowed);
  if (single !== undefined) add(single);
  else if (reader.accept('(') !== undefined) {
    for (let value = reader.accept('value'); value !== undefined; value = reader.accept('value')) {
      if (!add(value.value))
        return reader.fail(value, {
          code: 'permission',
          message: `${allowed.rule}: “${value.text}” is no permission; there are ${allowed.words.join(', ')}`,
        });
    }
    if (reader.expect(')', 'a permission or “)”') === undefined) return undefined;
  }
  return [...found].sort();
}

function readSingle(reader: Reader, allowed: PermissionWords): string | undefined {
  const token = reader.peek();
  const isOpen = token.kind === '{' && token.value === 'open' && allowed.words.includes('open');
  const isWord = token.kind === 'keyword' && meaningOf(token.value, allowed) !== undefined;
  const isLetters = token.kind === 'mode' && meaningOf(token.text, allowed) !== undefined;
  return isOpen || isWord || isLetters ? reader.next().text.trim() : undefined;
}

function meaningOf(word: string, allowed: PermissionWords): readonly string[] | undefined {
  const plain = allowed.synonyms?.[word] ?? word;
  if (allowed.words.includes(plain)) return [plain];
  const { letters } = allowed;
  if (letters === undefined || !/^[rw]+$/i.test(word)) return undefined;
  const lower = word.toLowerCase();
  return [...(lower.includes('r') ? [letters.r] : []), ...(lower.includes('w') ? [letters.w] : [])];
}
