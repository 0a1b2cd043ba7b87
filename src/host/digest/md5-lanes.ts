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
const HEX_RADIX = 16;
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
  /** Puts more of it into the buffer, and says how many bytes; 0 at its end. May throw. */
  readonly read: (buffer: Uint8Array) => number;
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
    for (;;) {
      for (const lane of this.#lanes) this.#prepare(lane, next);
      const busy = this.#lanes.filter(({ message }) => message !== undefined);
      const [first] = busy;
      if (first === undefined) return;
      const blocks = Math.min(...busy.map((lane) => lane.blocks));
      // A lane without a message goes along with another one, and what comes of it is nobody's.
      const places = this.#lanes.map((lane) => {
        const { buffer, start } = lane.message === undefined ? first : lane;
        return buffer.byteOffset + start;
      });
      this.#compress(0, ...places, blocks);
      for (const lane of busy) {
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
    const bytes = new DataView(new ArrayBuffer(WORDS * WORD_BYTES));
    for (let index = 0; index < WORDS; index += 1) {
      bytes.setUint32(index * WORD_BYTES, this.#state[index * LANES + lane.number] ?? 0, true);
    }
    const hex = Array.from({ length: WORDS * WORD_BYTES }, (_, index) =>
      bytes.getUint8(index).toString(HEX_RADIX).padStart(2, '0'),
    ).join('');
    lane.message?.done({ hex });
    lane.message = undefined;
  }
}

/** Reads until the lane is full or the message ends, and ends it as RFC 1321, 3.1 and 3.2 say. */
function fill(lane: Lane, message: Message): void {
  let length = 0;
  while (length < PIECE_BYTES) {
    const read = message.read(lane.buffer.subarray(length, PIECE_BYTES));
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
