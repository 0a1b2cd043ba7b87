import type { ByteText } from '../../core/byte-text.ts';
import { readEscape } from './escape-sequence.ts';
import { type TracedText, TracedTextBuilder } from './traced-text.ts';

/** Keep their backslash when they are written as numbers: `\052` is the file name `*`, not the wildcard. */
const MEANS_SOMETHING = '*?[]{}^,\\';

/**
 * A word of a profile as the lexer hands it on (parser_misc.c: processunquoted): escapes that stand for a byte are that byte.
 * Once more over its own result changes nothing.
 */
export function lexedText(text: ByteText): TracedText {
  const lexed = new TracedTextBuilder();
  for (let at = 0; at < text.length;) {
    const escape = text.charAt(at) === '\\' ? readEscape(text, at + 1) : undefined;
    if (escape === undefined) {
      lexed.add(text.charAt(at), at);
      at += 1;
      continue;
    }
    const { byte, end } = escape;
    const character = String.fromCharCode(byte);
    // A NUL would end the text: it stays as it is written, and matches nothing that a path can hold.
    if (byte === 0) lexed.add(text.slice(at, end), at);
    else lexed.add(MEANS_SOMETHING.includes(character) ? `\\${character}` : character, at);
    at = end;
  }
  return lexed.done();
}

/** Doubled slashes made one, except two at the very beginning that a third doesn't follow (parser_regex.c: filter_slashes). */
export function withoutDoubledSlashes({ text, origins }: TracedText): TracedText {
  const filtered = new TracedTextBuilder();
  let at = 0;
  if (text.startsWith('//') && text.charAt(2) !== '/') {
    filtered.add('/', origins[0] ?? 0);
    filtered.add('/', origins[1] ?? 0);
    at = 2;
  }
  let wasSlash = false;
  for (; at < text.length; at += 1) {
    const isSlash = text.charAt(at) === '/';
    if (!isSlash || !wasSlash) filtered.add(text.charAt(at), origins[at] ?? 0);
    wasSlash = isSlash;
  }
  return filtered.done();
}
