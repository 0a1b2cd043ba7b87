import { Buffer } from 'node:buffer';
import { type UntaggedFamily } from './algorithm.ts';
import { type ChecksumLine, readLine, type UntaggedForm } from './line.ts';

/** `PATH_MAX` of Linux with each byte escaped, and the longest digest with its tag. */
export const LINE_LIMIT_BYTES = 16 * 1024;
/** Lists are read in bounded memory, but not in unbounded time. */
const LINES_LIMIT = 20_000_000;

const LINE_FEED = 0x0a;
const NUL = 0;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface ReaderOptions {
  readonly family: UntaggedFamily;
  /** What ends an entry: `nul` for what `--zero` writes. By default the first of both that comes decides. */
  readonly separator?: 'line' | 'nul';
}

/** Reads a list as it comes, in pieces of any size; what it holds at once is one line. */
export class ChecksumReader {
  readonly #family: UntaggedFamily;
  #terminator: number | undefined;
  #form: UntaggedForm | undefined;
  #pending = Buffer.alloc(0);
  #isSkipping = false;
  #isAtStart = true;
  #line = 0;

  constructor({ family, separator }: ReaderOptions) {
    this.#family = family;
    if (separator !== undefined) this.#terminator = separator === 'nul' ? NUL : LINE_FEED;
  }

  /** The entries that are whole now. The bytes are not kept. */
  *push(bytes: Uint8Array): Generator<ChecksumLine> {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let data = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece]);
    if (this.#isAtStart) {
      if (data.length < BYTE_ORDER_MARK.length) {
        this.#pending = Buffer.from(data);
        return;
      }
      data = this.#withoutMark(data);
    }
    this.#terminator ??= terminatorOf(data);
    let start = 0;
    for (;;) {
      const end = this.#terminator === undefined ? -1 : data.indexOf(this.#terminator, start);
      if (end === -1) break;
      yield this.#take(data.subarray(start, end));
      start = end + 1;
    }
    const rest = data.subarray(start);
    if (rest.length > LINE_LIMIT_BYTES) this.#isSkipping = true;
    // A copy, because the caller fills the same buffer again; of a line that is too long nothing is kept.
    this.#pending = this.#isSkipping ? Buffer.alloc(0) : Buffer.from(rest);
  }

  /** What stands after the last line end. */
  *end(): Generator<ChecksumLine> {
    const rest = this.#isAtStart ? this.#withoutMark(this.#pending) : this.#pending;
    if (rest.length > 0 || this.#isSkipping) yield this.#take(rest);
    this.#pending = Buffer.alloc(0);
  }

  #withoutMark(data: Buffer): Buffer {
    this.#isAtStart = false;
    const hasMark = data.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    return hasMark ? data.subarray(BYTE_ORDER_MARK.length) : data;
  }

  #take(bytes: Buffer): ChecksumLine {
    this.#line += 1;
    const isTooLong = this.#isSkipping || bytes.length > LINE_LIMIT_BYTES;
    this.#isSkipping = false;
    const line = this.#line;
    if (line > LINES_LIMIT) return { kind: 'malformed', line, reason: `a list may have ${LINES_LIMIT} lines` };
    if (isTooLong) return { kind: 'malformed', line, reason: `it is longer than ${LINE_LIMIT_BYTES} bytes` };
    const isEscapable = this.#terminator !== NUL;
    const text = bytes.toString('latin1');
    // Lists that went through Windows; a carriage return in a name is escaped.
    const own = isEscapable && text.endsWith('\r') ? text.slice(0, -1) : text;
    const { result, form } = readLine(own, { line, family: this.#family, form: this.#form, isEscapable });
    this.#form = form;
    return result;
  }
}

function terminatorOf(data: Buffer): number | undefined {
  return data.find((byte) => byte === LINE_FEED || byte === NUL);
}
