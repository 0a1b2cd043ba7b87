import { md5Module } from './md5-module.ts';

const LANES = 4;
export const BLOCK_BYTES = 64;
/** Where RFC 1321, 3.2 puts the length of the message in its last block. */
const LENGTH_OFFSET = 56;
const MARK = 0x80;
const WORD_BYTES = 4;
const WORDS = 4;
const BITS_PER_BYTE = 8;
const HALF = 2 ** 32;
/** RFC 1321, 3.3. */
const FIRST_STATE = [0x67_45_23_01, 0xef_cd_ab_89, 0x98_ba_dc_fe, 0x10_32_54_76] as const;

const PAGE_BYTES = 64 * 1024;
/** What one lane can hold at once; with room for the last block beyond it. */
export const PIECE_BYTES = 256 * 1024;
const LANE_BYTES = PIECE_BYTES + 2 * BLOCK_BYTES;
const STATE_BYTES = WORDS * LANES * WORD_BYTES;
const PAGES = Math.ceil((STATE_BYTES + LANES * LANE_BYTES) / PAGE_BYTES);

/** As much of it as is needed here; the types of Node don't name its values (WebAssembly JavaScript Interface 2.0). */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, (...words: readonly number[]) => void>> };
};

type Compress = (state: number, ...lanesAndCount: readonly number[]) => void;

/** Where a message comes from. */
export interface Message {
  /** Puts more of it into the buffer, from a place up to another one, and says how many bytes; 0 at its end. May throw. */
  readonly read: (buffer: Uint8Array, start: number, end: number) => number;
  /** Called once: with the digest, or with what {@link read} threw. */
  readonly done: (result: { readonly hex: string } | { readonly error: unknown }) => void;
}

interface Lane {
  readonly number: number;
  readonly buffer: Uint8Array;
  readonly view: DataView;
  message: Message | undefined;
  lengthBytes: number;
  /** Whole blocks from here on are still to be done. */
  start: number;
  blocks: number;
  isLast: boolean;
}

/** Digests messages, four at a time; `next` gives one after the other until there are none. */
export class Md5Lanes {
  readonly #state: Uint32Array;
  readonly #lanes: readonly Lane[];
  readonly #compress: Compress;
  readonly #digest = Buffer.alloc(WORDS * WORD_BYTES);

  constructor() {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const module = new WebAssembly.Module(md5Module(PAGES));
    const { md5 } = new WebAssembly.Instance(module, { e: { m: memory } }).exports;
    if (md5 === undefined) throw new Error('the module has no function md5');
    this.#compress = md5;
    this.#state = new Uint32Array(memory.buffer, 0, WORDS * LANES);
    this.#lanes = Array.from({ length: LANES }, (_, number) => {
      const start = STATE_BYTES + number * LANE_BYTES;
      return {
        number,
        buffer: new Uint8Array(memory.buffer, start, LANE_BYTES),
        view: new DataView(memory.buffer, start, LANE_BYTES),
        message: undefined,
        lengthBytes: 0,
        start: 0,
        blocks: 0,
        isLast: false,
      };
    });
  }

  digest(next: () => Message | undefined): void {
    const places = [0, 0, 0, 0];
    for (;;) {
      let blocks = Infinity;
      let anyPlace = 0;
      for (const lane of this.#lanes) {
        this.#prepare(lane, next);
        if (lane.message === undefined) continue;
        blocks = Math.min(blocks, lane.blocks);
        anyPlace = lane.buffer.byteOffset + lane.start;
      }
      if (blocks === Infinity) return;
      // A lane without a message goes along with another one, and what comes of it is nobody's.
      for (const { number, message, buffer, start } of this.#lanes) {
        places[number] = message === undefined ? anyPlace : buffer.byteOffset + start;
      }
      const [first = 0, second = 0, third = 0, fourth = 0] = places;
      this.#compress(0, first, second, third, fourth, blocks);
      for (const lane of this.#lanes) {
        if (lane.message === undefined) continue;
        lane.start += blocks * BLOCK_BYTES;
        lane.blocks -= blocks;
      }
    }
  }

  /** Leaves the lane with at least one block to do, or without a message. */
  #prepare(lane: Lane, next: () => Message | undefined): void {
    while (lane.blocks === 0) {
      if (lane.message !== undefined && lane.isLast) this.#finish(lane);
      if (lane.message === undefined) {
        lane.message = next();
        if (lane.message === undefined) return;
        lane.lengthBytes = 0;
        lane.isLast = false;
        FIRST_STATE.forEach((word, index) => {
          this.#state[index * LANES + lane.number] = word;
        });
      }
      try {
        fill(lane, lane.message);
      } catch (error) {
        lane.message.done({ error });
        lane.message = undefined;
      }
    }
  }

  #finish(lane: Lane): void {
    for (let index = 0; index < WORDS; index += 1) {
      this.#digest.writeUInt32LE(this.#state[index * LANES + lane.number] ?? 0, index * WORD_BYTES);
    }
    const hex = this.#digest.toString('hex');
    lane.message?.done({ hex });
    lane.message = undefined;
  }
}

/** Reads until the lane is full or the message ends, and ends it as RFC 1321, 3.1 and 3.2 say. */
function fill(lane: Lane, message: Message): void {
  let length = 0;
  while (length < PIECE_BYTES) {
    const read = message.read(lane.buffer, length, PIECE_BYTES);
    if (read === 0) break;
    length += read;
  }
  lane.lengthBytes += length;
  lane.start = 0;
  if (length === PIECE_BYTES) {
    lane.blocks = PIECE_BYTES / BLOCK_BYTES;
    return;
  }
  lane.isLast = true;
  const isLengthBeyond = length % BLOCK_BYTES >= LENGTH_OFFSET;
  lane.blocks = Math.floor(length / BLOCK_BYTES) + (isLengthBeyond ? 2 : 1);
  const end = lane.blocks * BLOCK_BYTES;
  lane.buffer.fill(0, length, end);
  lane.buffer[length] = MARK;
  const bits = lane.lengthBytes * BITS_PER_BYTE;
  lane.view.setUint32(end - 2 * WORD_BYTES, bits % HALF, true);
  lane.view.setUint32(end - WORD_BYTES, Math.floor(bits / HALF) % HALF, true);
}
