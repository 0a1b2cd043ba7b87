import type { SourcePosition } from '../../core/diagnostic.ts';
import type { ByteText } from '../../core/byte-text.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

const EXCERPT_CHARACTERS = 120;
/** Of a longer line the end is no excerpt, and is not looked at. */
const EXCERPT_SCAN_CHARACTERS = 1024;

/** The text of one file, with the way that led to it. */
export class Source {
  readonly path: string;
  readonly text: ByteText;
  readonly includedFrom: readonly SourcePosition[];
  /** In the order in which they stand. */
  readonly comments: Span[] = [];
  readonly #lineStarts: number[] = [0];
  #commentsAbove: { readonly line: number; readonly lines: readonly ByteText[] } | undefined;

  constructor(path: string, text: ByteText, includedFrom: readonly SourcePosition[]) {
    this.path = path;
    this.text = text;
    this.includedFrom = includedFrom;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  /** Counted from 1. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  lineStart(line: number): number {
    return this.#lineStarts[line - 1] ?? this.text.length;
  }

  /** A line without its end, of a very long one the beginning. */
  line(line: number, limitCharacters: number): ByteText {
    const start = this.lineStart(line);
    const end = Math.min(this.lineStart(line + 1), start + limitCharacters);
    return this.text.slice(start, end).replace(/\r?\n$/, '');
  }

  /** What some lines above a line say that hold comments only; worked out once for all rules of a line. */
  commentsAbove(line: number, read: (line: number) => readonly ByteText[]): readonly ByteText[] {
    if (this.#commentsAbove?.line !== line) this.#commentsAbove = { line, lines: read(line) };
    return this.#commentsAbove.lines;
  }

  position(offset: number): SourcePosition & { readonly line: number } {
    const line = this.lineOf(offset);
    const column = offset - this.lineStart(line) + 1;
    return {
      path: this.path,
      line,
      column,
      excerpt: this.line(line, EXCERPT_SCAN_CHARACTERS).trimEnd().slice(0, EXCERPT_CHARACTERS),
    };
  }
}
