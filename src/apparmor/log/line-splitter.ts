import { Buffer } from 'node:buffer';
import type { ByteText } from '../../core/byte-text.ts';

/** A record of auditd has at most 8,970 bytes; as an array of numbers in the journal's JSON, and with its fields, ten times that. */
export const MAX_LINE_BYTES = 256 * 1024;

const LINE_FEED = 0x0a;

/** A line, by where it is in a piece of the log: no text is made of it before somebody wants it. */
export interface LineBytes {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** What takes lines, one by one as they come. */
export interface LineSink {
  /** A line is good until the next one comes. */
  line(line: LineBytes, hasEnd: boolean): void;
  tooLong(): void;
}

export function textOf({ bytes, from, to }: LineBytes): ByteText {
  return bytes.toString('latin1', from, to);
}

/** What is between two places of a line's text. */
export function partOf({ bytes, from }: LineBytes, start: number, end: number): LineBytes {
  return { bytes, from: from + start, to: from + end };
}

/** Cuts bytes that come in any pieces into lines, and keeps never more than one line and one piece. */
export class LineSplitter {
  readonly #sink: LineSink;
  /** One object for all lines: there are as many as a log has. */
  readonly #line: { -readonly [Key in keyof LineBytes]: LineBytes[Key] } = { bytes: Buffer.alloc(0), from: 0, to: 0 };
  #pieces: Buffer[] = [];
  #held = 0;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#line.bytes = buffer;
    let from = 0;
    for (let end = buffer.indexOf(LINE_FEED); end !== -1; end = buffer.indexOf(LINE_FEED, from)) {
      if (this.#held === 0) this.#give(from, end, true);
      else {
        this.#hold(buffer, from, end);
        this.#giveHeld(true);
        this.#line.bytes = buffer;
      }
      from = end + 1;
    }
    if (from < buffer.length) this.#hold(buffer, from, buffer.length);
  }

  /** The last line, where no line end came after it. */
  end(): void {
    if (this.#held > 0) this.#giveHeld(false);
  }

  #hold(buffer: Buffer, from: number, to: number): void {
    this.#held += to - from;
    if (this.#held <= MAX_LINE_BYTES) this.#pieces.push(Buffer.from(buffer.subarray(from, to)));
    else this.#pieces = [];
  }

  #giveHeld(hasEnd: boolean): void {
    const length = this.#held;
    this.#line.bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#held = 0;
    this.#give(0, length, hasEnd);
  }

  /** What lies there in the bytes of {@link #line}. */
  #give(from: number, to: number, hasEnd: boolean): void {
    if (to - from > MAX_LINE_BYTES) {
      this.#sink.tooLong();
      return;
    }
    this.#line.from = from;
    this.#line.to = to;
    this.#sink.line(this.#line, hasEnd);
  }
}
