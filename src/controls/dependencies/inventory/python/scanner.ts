/** Reads a text from its beginning, piece by piece. */
export interface Scanner {
  /** Takes what the pattern finds right here, with the blanks behind it; the pattern must be sticky. */
  readonly take: (pattern: RegExp) => string | undefined;
  readonly isAtEnd: () => boolean;
  /** Everything that was not taken. */
  readonly rest: () => string;
}

/** "wsp" of the grammar in https://packaging.python.org/en/latest/specifications/dependency-specifiers/. */
const BLANKS = /[ \t]*/y;

export function startScanner(text: string): Scanner {
  let position = endOf(BLANKS, 0);
  return {
    take: (pattern) => {
      const end = endOf(pattern, position);
      if (end === -1) return undefined;
      const piece = text.slice(position, end);
      position = endOf(BLANKS, end);
      return piece;
    },
    isAtEnd: () => position === text.length,
    rest: () => text.slice(position),
  };

  function endOf(pattern: RegExp, start: number): number {
    const sticky = pattern;
    sticky.lastIndex = start;
    const match = sticky.exec(text);
    return match === null ? -1 : start + match[0].length;
  }
}
