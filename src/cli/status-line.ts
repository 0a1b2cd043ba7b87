import process from 'node:process';

const ERASE_LINE = '\r\u001B[K';

/** One line at the bottom of a terminal that tells how far a long work is; nothing where nobody watches. */
export class StatusLine {
  readonly #isShown = process.stderr.isTTY;

  show(text: string): void {
    if (this.#isShown) process.stderr.write(ERASE_LINE + text.slice(0, Math.max(0, process.stderr.columns - 1)));
  }

  clear(): void {
    if (this.#isShown) process.stderr.write(ERASE_LINE);
  }
}
