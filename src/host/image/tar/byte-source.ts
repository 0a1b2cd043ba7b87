import { damaged } from '../refusal.ts';
import type { Readable } from '../tree/read-fully.ts';
import type { Spool } from './spool.ts';

/** Bytes that are read once from start to end; what is kept of them can be read again. */
export interface ByteSource {
  /** Where {@link keep} keeps bytes. */
  readonly store: Readable;
  /** How far it has been read. */
  readonly position: number;
  /** The next bytes, valid until the next call; `undefined` at the end. Throws when it ends before `length`. */
  take(length: number): Promise<Buffer | undefined>;
  skip(length: number): Promise<void>;
  /** Skips bytes so that they can be read again: answers where in {@link store} they begin. */
  keep(length: number): Promise<number>;
}

/** A part of a file. */
export interface Region {
  readonly file: Readable;
  readonly start: number;
  readonly length: number;
}

const WINDOW_BYTES = 128 * 1024;

function cutOff(): Error {
  return damaged('the archive ends in the middle of a file: it is cut off');
}

/** Reads headers and steps over the rest: what is kept stays where it is. */
export class RegionSource implements ByteSource {
  readonly store: Readable;
  readonly #region: Region;
  #buffer = Buffer.alloc(0);
  #window = Buffer.alloc(0);
  /** Where the window begins, counted from the region's start. */
  #windowStart = 0;
  #position = 0;

  constructor(region: Region) {
    this.#region = region;
    this.store = region.file;
  }

  get position(): number {
    return this.#position;
  }

  async take(length: number): Promise<Buffer | undefined> {
    const left = this.#region.length - this.#position;
    if (left === 0) return undefined;
    if (left < length) throw cutOff();
    const from = this.#position - this.#windowStart;
    if (from < 0 || from + length > this.#window.length) await this.#fill(length, left);
    const at = this.#position - this.#windowStart;
    this.#position += length;
    return this.#window.subarray(at, at + length);
  }

  skip(length: number): Promise<void> {
    if (this.#region.length - this.#position < length) throw cutOff();
    this.#position += length;
    return Promise.resolve();
  }

  async keep(length: number): Promise<number> {
    const start = this.#region.start + this.#position;
    await this.skip(length);
    return start;
  }

  /** One buffer for all windows: thousands of them would wait for the collector of garbage. */
  async #fill(length: number, left: number): Promise<void> {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafe(Math.max(length, WINDOW_BYTES));
    const wanted = Math.min(left, this.#buffer.length);
    let filled = 0;
    while (filled < wanted) {
      const position = this.#region.start + this.#position + filled;
      const { bytesRead } = await this.#region.file.read(this.#buffer, {
        offset: filled,
        length: wanted - filled,
        position,
      });
      if (bytesRead === 0) throw cutOff();
      filled += bytesRead;
    }
    this.#window = this.#buffer.subarray(0, wanted);
    this.#windowStart = this.#position;
  }
}

/** Bytes that come out of an unpacker: what is kept goes to a file of its own. */
export class StreamSource implements ByteSource {
  readonly store: Readable;
  readonly #spool: Spool;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #position = 0;

  constructor(chunks: AsyncIterator<Buffer>, spool: Spool) {
    this.#chunks = chunks;
    this.#spool = spool;
    this.store = spool;
  }

  get position(): number {
    return this.#position;
  }

  async take(length: number): Promise<Buffer | undefined> {
    const first = await this.#next(length);
    if (first === undefined) return undefined;
    if (first.length === length) return first;
    const parts = [first];
    for (let missing = length - first.length; missing > 0;) {
      const part = await this.#next(missing);
      if (part === undefined) throw cutOff();
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    await this.#each(length, () => Promise.resolve());
  }

  async keep(length: number): Promise<number> {
    const start = this.#spool.end;
    await this.#each(length, (part) => this.#spool.append(part));
    return start;
  }

  async #each(length: number, use: (part: Buffer) => Promise<void>): Promise<void> {
    for (let missing = length; missing > 0;) {
      const part = await this.#next(missing);
      if (part === undefined) throw cutOff();
      await use(part);
      missing -= part.length;
    }
  }

  /** At least one byte and at most `most` of them. */
  async #next(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const chunk = await this.#chunks.next();
      if (chunk.done === true) return undefined;
      this.#rest = chunk.value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    this.#position += part.length;
    return part;
  }
}
