import { HostError } from '../error.ts';

/** One answer as it came: the bytes before the words that close it, and these words. */
export interface Frame {
  readonly number: number;
  readonly word: string;
  readonly bytes: Buffer;
}

/** The words of a closing line are ours and short; whoever sends more is not our script. */
const CLOSING_LINE_LIMIT_BYTES = 64;
const FIRST_BUFFER_BYTES = 16 * 1024;
const CLOSING_LINE = /^(\d{1,9}) ([a-z0-9-]{1,32})$/;

/**
 * Cuts a stream into frames. A frame ends with the mark, a number, a word and a line end. No file on the machine can know
 * the mark, so how long an answer is needn't be known before it is read, and a file that changes meanwhile can't put the
 * two ends out of step.
 */
export class FrameReader {
  readonly #mark: Buffer;
  readonly #limitBytes: number;
  #buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
  /** What came and was not cut off yet lies between these two. */
  #start = 0;
  #end = 0;
  /** Before this there is no mark. */
  #searched = 0;

  /** `limitBytes`: how much may come before a mark. */
  constructor(mark: string, limitBytes: number) {
    this.#mark = Buffer.from(`${mark} `);
    this.#limitBytes = limitBytes;
  }

  /** Bytes that belong to a frame which isn't closed yet. */
  get pending(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Throws `hostile` when more than the limit comes without a mark, or a closing line is not one of ours. */
  push(chunk: Buffer): readonly Frame[] {
    this.#append(chunk);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    if (this.#end - this.#start > this.#limitBytes) {
      throw new HostError('hostile', `more than ${String(this.#limitBytes)} bytes came in one answer`);
    }
    return frames;
  }

  /** Forgets what came so far, but for what may be the beginning of a mark; answers what it forgot. */
  takePending(): Buffer {
    const end = this.#end - this.#beginningOfMark();
    const taken = Buffer.from(this.#buffer.subarray(this.#start, end));
    this.#start = end;
    return taken;
  }

  /** How many of the last bytes are the first of a mark. */
  #beginningOfMark(): number {
    const longest = Math.min(this.#mark.length - 1, this.#end - this.#start);
    for (let length = longest; length > 0; length -= 1) {
      if (this.#buffer.subarray(this.#end - length, this.#end).equals(this.#mark.subarray(0, length))) return length;
    }
    return 0;
  }

  #append(chunk: Buffer): void {
    const length = this.#end - this.#start;
    if (this.#end + chunk.length > this.#buffer.length) {
      const needed = length + chunk.length;
      const target = needed > this.#buffer.length ? Buffer.allocUnsafe(needed * 2) : this.#buffer;
      this.#buffer.copy(target, 0, this.#start, this.#end);
      this.#buffer = target;
      this.#searched = Math.max(0, this.#searched - this.#start);
      this.#start = 0;
      this.#end = length;
    }
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
  }

  #next(): Frame | undefined {
    const markStart = this.#buffer.subarray(0, this.#end).indexOf(this.#mark, Math.max(this.#searched, this.#start));
    if (markStart < 0) {
      this.#searched = this.#end - this.#mark.length;
      return undefined;
    }
    this.#searched = markStart;
    const lineStart = markStart + this.#mark.length;
    const newline = this.#buffer.subarray(0, this.#end).indexOf('\n', lineStart);
    const lineEnd = newline < 0 ? this.#end : newline;
    if (lineEnd - lineStart > CLOSING_LINE_LIMIT_BYTES) throw broken();
    if (newline < 0) return undefined;
    const line = CLOSING_LINE.exec(this.#buffer.toString('latin1', lineStart, lineEnd));
    if (line?.[1] === undefined || line[2] === undefined) throw broken();
    const bytes = Buffer.from(this.#buffer.subarray(this.#start, markStart));
    this.#start = lineEnd + 1;
    return { number: Number(line[1]), word: line[2], bytes };
  }
}

function broken(): HostError {
  return new HostError('hostile', 'an answer was closed by a line that is not ours');
}
