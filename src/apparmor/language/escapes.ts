import type { ByteText } from '../../core/byte-text.ts';
import { lexedText } from '../pattern/lexed.ts';

/** A word without its quotes, escapes resolved; those of characters that mean something in patterns are kept. */
export function unescapeWord(written: ByteText): ByteText {
  const text =
    written.startsWith('"') && written.endsWith('"') ? written.slice(1, Math.max(1, written.length - 1)) : written;
  return text.includes('\\') ? lexedText(text).text : text;
}
