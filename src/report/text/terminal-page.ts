import { toAscii } from './ascii.ts';
import { escapeInvisible, escapeLine, oneLine } from './sanitise.ts';
import { displayWidth } from './width.ts';
import { wrap } from './wrap.ts';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether to use colour; the caller looks at the TTY, NO_COLOR and FORCE_COLOR. */
  readonly color: boolean;
  /** For locales that aren't UTF-8: nothing but ASCII comes out. */
  readonly ascii?: boolean;
}

export type Style = 'strong' | 'quiet' | 'red' | 'brightRed' | 'yellow' | 'cyan' | 'magenta' | 'green';

/** Select Graphic Rendition parameters (ECMA-48, 8.3.117): the 16 colours that a person's own theme defines. */
const SGR: Readonly<Record<Style, string>> = {
  strong: '1',
  quiet: '2',
  red: '31',
  brightRed: '1;31',
  yellow: '33',
  cyan: '36',
  magenta: '35',
  green: '32',
};

/** Longer lines are tiring to read, whatever the window's width. */
const PROSE_COLUMNS_MAX = 100;
/** Below this nothing sensible can be laid out; the terminal folds what is longer. */
const COLUMNS_MIN = 20;

export interface Indent {
  /** Columns before every line but the first. */
  readonly columns: number;
  /** What stands before the first line, already painted; its own columns in `leadColumns`. */
  readonly lead?: string;
  readonly style?: Style;
}

/** Collects the lines of a page for one terminal. Every text that goes in is data: only this class writes escape sequences. */
export class TerminalPage {
  readonly #options: TerminalOptions;
  readonly #lines: string[] = [];

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  get columns(): number {
    return Math.max(COLUMNS_MIN, Math.min(this.#options.width, PROSE_COLUMNS_MAX));
  }

  /** The text with its colour, invisible characters made visible. */
  paint(style: Style | undefined, text: string): string {
    const clean = this.#clean(escapeInvisible(text));
    return style === undefined || !this.#options.color || clean === '' ? clean : `\x1b[${SGR[style]}m${clean}\x1b[0m`;
  }

  /** Adds a line of parts that were painted before. */
  line(painted = ''): void {
    this.#lines.push(painted.trimEnd());
  }

  /** Adds a sentence, wrapped, every line after the first indented as far as `lead` is wide. */
  prose(text: string, { columns, lead, style }: Indent): void {
    const margin = ' '.repeat(columns);
    const lines = wrap(this.#clean(oneLine(text)), this.columns - columns);
    for (const [index, line] of (lines.length === 0 ? [''] : lines).entries()) {
      this.line((index === 0 ? (lead ?? margin) : margin) + this.paint(style, line));
    }
  }

  /** Adds a line of a file: never wrapped, so that it stays what it is. */
  verbatim(prefix: string, text: string, style?: Style): void {
    this.#lines.push((prefix + this.#paintVerbatim(text, style)).trimEnd());
  }

  /** Pads to a number of columns before painting, so that colours don't count. */
  cell(style: Style | undefined, text: string, columns: number): string {
    const clean = this.#clean(oneLine(text));
    return this.paint(style, clean) + ' '.repeat(Math.max(0, columns - displayWidth(clean)));
  }

  rule(): void {
    this.line(this.paint('quiet', (this.#options.ascii === true ? '-' : '─').repeat(this.columns)));
  }

  /** Our own sign, or its ASCII stand-in. */
  sign(unicode: string, ascii: string): string {
    return this.#options.ascii === true ? ascii : unicode;
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #clean(text: string): string {
    return this.#options.ascii === true ? toAscii(text) : text;
  }

  #paintVerbatim(text: string, style: Style | undefined): string {
    const clean = this.#clean(escapeLine(text));
    return style === undefined || !this.#options.color ? clean : `\x1b[${SGR[style]}m${clean}\x1b[0m`;
  }
}
