const QUOTE_LIMIT_CHARACTERS = 120;

/**
 * A piece of a stranger's text for a sentence to a person: in quotes, cut to what fits, without what steers a terminal
 * and without the user and password of an address.
 */
export function quoted(text: string): string {
  const harmless = text.trim().split(/\s/).map(withoutCredentials).join(' ');
  const short =
    harmless.length <= QUOTE_LIMIT_CHARACTERS ? harmless : `${harmless.slice(0, QUOTE_LIMIT_CHARACTERS - 1)}…`;
  return `"${short.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}')}"`;
}

/** Cuts too much rather than too little: a password may have any character in it. */
function withoutCredentials(word: string): string {
  const start = word.indexOf('://');
  const end = word.lastIndexOf('@');
  if (end === -1) return word;
  return start !== -1 && start < end ? word.slice(0, start + '://'.length) + word.slice(end + 1) : word;
}
