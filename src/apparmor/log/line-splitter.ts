import { Buffer } from 'node:buffer';
import type { ByteText } from '../../core/byte-text.ts';

/** A record of auditd has at most 8,970 bytes; as an array of numbers in the journal's JSON, and with its fields, ten times that. */
export const MAX_LINE_BYTES = 256 * 1024;

const LINE_FEED = 0x0a;

export type SplitLine =
  | { readonly kind: 'line'; readonly text: ByteText; readonly hasEnd: boolean }
  | { readonly kind: 'too-long'; readonly bytes: number };

/** Cuts bytes that come in any pieces into lines, and keeps never more than one line and one piece. */
export class LineSplitter {
  readonly #take: (line: SplitLine) => void;
  #pieces: ByteText[] = [];
  #held = 0;

  constructor(take: (line: SplitLine) => void) {
    this.#take = take;
  }

  push(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let from = 0;
    for (let end = buffer.indexOf(LINE_FEED); end !== -1; end = buffer.indexOf(LINE_FEED, from)) {
      if (this.#held === 0 && end - from <= MAX_LINE_BYTES) {
        this.#take({ kind: 'line', text: buffer.toString('latin1', from, end), hasEnd: true });
      } else {
        this.#hold(buffer, from, end);
        this.#give(true);
      }
      from = end + 1;
    }
    if (from < buffer.length) this.#hold(buffer, from, buffer.length);
  }

  /** The last line, where no line end came after it. */
  end(): void {
    if (this.#held > 0) this.#give(false);
  }

  #hold(buffer: Buffer, from: number, to: number): void {
    this.#held += to - from;
    if (this.#held <= MAX_LINE_BYTES) this.#pieces.push(buffer.toString('latin1', from, to));
    else this.#pieces = [];
  }

  #give(hasEnd: boolean): void {
    const bytes = this.#held;
    const text = this.#pieces.join('');
    this.#pieces = [];
    this.#held = 0;
    this.#take(bytes > MAX_LINE_BYTES ? { kind: 'too-long', bytes } : { kind: 'line', text, hasEnd });
  }
}
