/** An object's key, by the keys that lead to it. */
export type VisitKey = (path: readonly string[], line: number) => void;

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const COLON = 58;
const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;

/**
 * Tells the line of every key of a JSON text that JSON.parse has taken, down to a depth, in one pass. What stands in lists is
 * left out.
 */
export function visitKeys(text: string, depthLimit: number, visit: VisitKey): void {
  const path: string[] = [];
  let [line, depth, lists, pendingAt, pendingEnd] = [1, 0, 0, -1, -1];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === NEWLINE) line += 1;
    else if (code === QUOTE) {
      const end = endOfString(text, index);
      [pendingAt, pendingEnd] = [index, end];
      index = end;
    } else if (code === COLON) {
      if (lists === 0 && depth <= depthLimit && pendingAt >= 0) {
        path.length = depth - 1;
        path.push(unquoted(text.slice(pendingAt, pendingEnd + 1)));
        visit(path, line);
      }
    } else if (code === COMMA) pendingAt = -1;
    else if (code === OPEN_OBJECT) depth += 1;
    else if (code === CLOSE_OBJECT) depth -= 1;
    else if (code === OPEN_LIST) lists += 1;
    else if (code === CLOSE_LIST) lists -= 1;
  }
}

/** The index of the closing quotation mark. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    index += code === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

function unquoted(literal: string): string {
  const value: unknown = literal.includes('\\') ? JSON.parse(literal) : literal.slice(1, -1);
  return typeof value === 'string' ? value : '';
}

/** Lines by key. A key that is written twice has none: it isn't certain which of them is meant. */
export class KeyLines {
  readonly #lines = new Map<string, number | undefined>();

  add(key: string, line: number): void {
    this.#lines.set(key, this.#lines.has(key) ? undefined : line);
  }

  get(key: string): number | undefined {
    return this.#lines.get(key);
  }
}
