import { displayWidth, graphemes, graphemeWidth, NARROW } from './width.ts';

/** No line starts with closing punctuation or ends with opening one (UAX #14, classes CL, EX, OP). */
const CLOSES = /^[\p{Pe}\p{Pf}\p{Po}]/u;
const OPENS = /^[\p{Ps}\p{Pi}]/u;

/**
 * Breaks one-line text into lines of at most `width` columns, at spaces and beside ideographs. A path, id or command that
 * is longer than a line stays whole: the terminal folds it, and it can be copied.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let columns = 0;
  for (const piece of breakable(text)) {
    const pieceColumns = displayWidth(piece.text);
    const gap = piece.spaceBefore && line !== '' ? 1 : 0;
    if (line !== '' && columns + gap + pieceColumns > width) {
      lines.push(line);
      line = piece.text;
      columns = pieceColumns;
    } else {
      line += gap === 0 ? piece.text : ` ${piece.text}`;
      columns += gap + pieceColumns;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

interface Piece {
  readonly text: string;
  readonly spaceBefore: boolean;
}

function breakable(text: string): Piece[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => splitWord(word).map((part, index) => ({ text: part, spaceBefore: index === 0 })));
}

function splitWord(word: string): string[] {
  if (NARROW.test(word)) return [word];
  const parts: string[] = [];
  let previous = '';
  for (const grapheme of graphemes(word)) {
    const last = parts.at(-1);
    if (last === undefined || canBreak(previous, grapheme)) parts.push(grapheme);
    else parts[parts.length - 1] = last + grapheme;
    previous = grapheme;
  }
  return parts;
}

function canBreak(before: string, after: string): boolean {
  const hasIdeograph = graphemeWidth(before) > 1 || graphemeWidth(after) > 1;
  return hasIdeograph && !OPENS.test(before) && !CLOSES.test(after);
}
