import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import type { Transform } from 'node:stream';
import { RATIO_FREE_BYTES, RATIO_LIMIT, UNPACKED_LIMIT_BYTES, ZSTD_WINDOW_LOG_LIMIT } from './limits.ts';
import { damaged, hostile, refusal, tooMuch } from './refusal.ts';
import type { Region } from './tar/byte-source.ts';

export type Packing = 'gzip' | 'zstd';

const CHUNK_BYTES = 256 * 1024;

/** The bytes of a part of a file, as they are. */
export async function* chunksOf({ file, start, length }: Region): AsyncGenerator<Buffer, undefined> {
  for (let done = 0; done < length;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, length - done));
    const { bytesRead } = await file.read(buffer, { offset: 0, length: buffer.length, position: start + done });
    if (bytesRead === 0) throw damaged('the file has been shortened since it was opened');
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

export interface UnpackOptions {
  readonly packing: Packing;
  /** How many bytes go in: what comes out is held against it. */
  readonly packedBytes: number;
  readonly allowance: Allowance;
}

/** What all parts of an image together may still unpack to. */
export interface Allowance {
  bytes: number;
}

/** What comes out of gzip or zstd. It is refused as soon as it is more than an honest file of that size could hold. */
export async function* unpack(
  packed: AsyncIterable<Buffer>,
  { packing, packedBytes, allowance }: UnpackOptions,
): AsyncGenerator<Buffer, undefined> {
  const limit = Math.max(RATIO_FREE_BYTES, packedBytes * RATIO_LIMIT);
  let bytes = 0;
  for await (const chunk of members(packed, packing)) {
    bytes += chunk.length;
    allowance.bytes -= chunk.length;
    if (allowance.bytes < 0) throw tooMuch('bytes when unpacked', UNPACKED_LIMIT_BYTES);
    if (bytes > limit) {
      throw hostile(
        `${String(packedBytes)} bytes of ${packing} hold more than ${String(RATIO_LIMIT)} times as much: that is a bomb`,
      );
    }
    yield chunk;
  }
}

/**
 * Node ends after the first frame of zstd, whatever follows; pzstd and podman write many (RFC 8878, section 3.1). So each is
 * given an unpacker of its own, until nothing is left. Of gzip it takes all members by itself.
 */
async function* members(packed: AsyncIterable<Buffer>, packing: Packing): AsyncGenerator<Buffer, undefined> {
  const input = new Input(packed[Symbol.asyncIterator]());
  while (!(await input.isAtEnd())) {
    const unpacker = newUnpacker(packing);
    const feeding = feed(unpacker, input);
    // Reading fails as well then, and says why.
    feeding.catch(() => undefined);
    try {
      for await (const chunk of unpacker) yield toBuffer(chunk);
      await feeding;
    } catch (error) {
      throw unpackError(error, packing);
    } finally {
      unpacker.destroy();
    }
    // What is left now is the padding of a tape.
    if (packing === 'gzip') return;
  }
}

class Input {
  readonly #chunks: AsyncIterator<Buffer>;
  #next: Buffer | undefined;

  constructor(chunks: AsyncIterator<Buffer>) {
    this.#chunks = chunks;
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#next === undefined || this.#next.length === 0) {
      const result = await this.#chunks.next();
      if (result.done === true) return true;
      this.#next = result.value;
    }
    return false;
  }

  async take(): Promise<Buffer | undefined> {
    if (await this.isAtEnd()) return undefined;
    const chunk = this.#next;
    this.#next = undefined;
    return chunk;
  }

  putBack(rest: Buffer): void {
    this.#next = rest;
  }
}

type Unpacker = Transform & { readonly bytesWritten: number };

function newUnpacker(packing: Packing): Unpacker {
  if (packing === 'gzip') return createGunzip({ chunkSize: CHUNK_BYTES });
  const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_LIMIT };
  return createZstdDecompress({ chunkSize: CHUNK_BYTES, params });
}

/** Until the unpacker wants no more: then the rest belongs to the next one. */
async function feed(unpacker: Unpacker, input: Input): Promise<void> {
  for (;;) {
    const chunk = await input.take();
    if (chunk === undefined) {
      unpacker.end();
      return;
    }
    const before = unpacker.bytesWritten;
    await new Promise<void>((resolve, reject) => {
      unpacker.once('close', resolve);
      unpacker.write(chunk, (error) => {
        unpacker.off('close', resolve);
        if (error) reject(error);
        else resolve();
      });
    });
    const used = unpacker.bytesWritten - before;
    if (used < chunk.length) {
      input.putBack(chunk.subarray(used));
      return;
    }
  }
}

function toBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  throw new TypeError('an unpacker gave something else than bytes');
}

function unpackError(error: unknown, packing: Packing): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return refusal(
      'requirement',
      'the image is compressed with a larger zstd window than 128 MiB (zstd --long)',
      'Unpack it with `zstd -d --long=31` and give the tar.',
    );
  }
  if (typeof code === 'string' && /^(?:Z_|ZSTD_|ERR_)/.test(code)) {
    return damaged(`the ${packing} data is damaged: ${error instanceof Error ? error.message : code}`);
  }
  return error;
}
