import type { SourcePosition } from '../core/diagnostic.ts';
import { EXCERPT_LIMIT_CHARACTERS } from './limits.ts';

/** A place in a file that can be shown when somebody asks; finding line and column waits until then. */
export interface Mark {
  position(): SourcePosition;
}

/** A text with the name of the file it was read from. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  mark(offset: number): Mark {
    return { position: () => this.position(offset) };
  }

  position(offset: number): SourcePosition {
    this.#lineStarts ??= lineStartsOf(this.text);
    const index = lineIndexOf(this.#lineStarts, Math.min(offset, this.text.length));
    const start = this.#lineStarts[index] ?? 0;
    return {
      path: this.path,
      line: index + 1,
      column: offset - start + 1,
      excerpt: excerptOf(this.text, start, this.#lineStarts[index + 1] ?? this.text.length),
    };
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The last line that starts at or before an offset. */
function lineIndexOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? Infinity) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function excerptOf(text: string, start: number, end: number): string {
  return text.slice(start, Math.min(end, start + EXCERPT_LIMIT_CHARACTERS)).replace(/[\r\n]+$/, '');
}
