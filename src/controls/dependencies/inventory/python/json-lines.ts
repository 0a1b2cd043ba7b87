/** The members of the outermost object and, for each, the line of every member of its own; lines count from 1. */
export type MemberLines = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** How deep the members are that are looked for: in an object in the outermost one. */
const MEMBER_DEPTH = 2;

/**
 * Finds where in a text of JSON the members of its sections stand. The text must have been parsed before: of one that is not
 * JSON nothing is said that means anything.
 */
export function memberLines(text: string): MemberLines {
  const sections = new Map<string, Map<string, number>>();
  let [depth, line, section] = [0, 1, ''];
  let string: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\n') line += 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === '"') {
      const end = stringEnd(text, index);
      if (depth <= MEMBER_DEPTH) string = stringOf(text.slice(index, end));
      index = end - 1;
    } else if (character === ':' && string !== undefined) {
      // In a list there is a colon only within a further object.
      if (depth === 1) section = string;
      if (depth === MEMBER_DEPTH) linesOf(section).set(string, line);
    }
  }
  return sections;

  function linesOf(name: string): Map<string, number> {
    const lines = sections.get(name) ?? new Map<string, number>();
    sections.set(name, lines);
    return lines;
  }
}

/** Behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index + 1;
}

function stringOf(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
