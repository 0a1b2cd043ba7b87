import { QUOTE_LIMIT_CHARACTERS } from './limits.ts';
import type { Path } from './tree.ts';

const HEXADECIMAL = 16;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/** A text as a message shows it: in quotes, cut to a readable width, invisible characters escaped. */
export function quote(text: string): string {
  const isLong = text.length > QUOTE_LIMIT_CHARACTERS;
  const shown = isLong ? text.slice(0, QUOTE_LIMIT_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '') : text;
  return `${JSON.stringify(shown).replace(INVISIBLE, escape)}${isLong ? '…' : ''}`;
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(HEXADECIMAL)}}`;
}

/** A text of others as part of a sentence, with every invisible character spelled out. */
export function showInvisible(text: string): string {
  return text.replace(INVISIBLE, escape);
}

/** A name as it is, or in quotes where it has blanks or characters that nobody sees. */
export function showName(name: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(name) && name.length <= QUOTE_LIMIT_CHARACTERS ? name : quote(name);
}

/** Where a value stands in a blueprint: `kernel.sysctl["net.ipv4.ip_forward"]`, `waivers[#2].expires`. */
export function showPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[#${step + 1}]`;
      if (!PLAIN_KEY.test(step)) return `[${quote(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
