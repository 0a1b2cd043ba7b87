import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FreeholdError } from '../core/error.ts';
import type { ByteSink } from './digests.ts';

const BYTES_PER_MIB = 1024 * 1024;
/** Up to here the bytes stay in memory. */
const MEMORY_LIMIT_BYTES = 8 * BYTES_PER_MIB;
const PIECE_BYTES = BYTES_PER_MIB;
const NAME_BYTES = 12;
const OWNER_ONLY = 0o600;

/**
 * Keeps bytes until it's known whether they count: in memory, or in a file that has no name any more, so that nobody else can
 * change it and nothing stays behind, whatever becomes of this process.
 */
export class Spool implements ByteSink {
  readonly #pieces: Uint8Array[] = [];
  readonly #memoryLimitBytes: number;
  #file: FileHandle | undefined;
  #opening: Promise<FileHandle> | undefined;
  #sizeBytes = 0;

  constructor(memoryLimitBytes: number = MEMORY_LIMIT_BYTES) {
    this.#memoryLimitBytes = memoryLimitBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const at = this.#sizeBytes;
    this.#sizeBytes += bytes.length;
    if (this.#file === undefined && this.#sizeBytes <= this.#memoryLimitBytes) {
      this.#pieces.push(Uint8Array.from(bytes));
      return;
    }
    await this.#guarded(async () => {
      const file = await (this.#opening ??= this.#open());
      await writeAll(file, bytes, at);
    });
  }

  /** From the start to the end; may be asked more than once. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    if (this.#file === undefined) {
      yield* this.#pieces;
      return;
    }
    const buffer = Buffer.alloc(PIECE_BYTES);
    for (let at = 0; at < this.#sizeBytes;) {
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw new Error('the spool is shorter than what was written to it');
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#pieces.length = 0;
  }

  /** What is in memory goes first; writes that come meanwhile wait for it. */
  async #open(): Promise<FileHandle> {
    const path = join(tmpdir(), `freehold-${randomBytes(NAME_BYTES).toString('hex')}`);
    const file = await open(path, 'wx+', OWNER_ONLY);
    this.#file = file;
    await unlink(path);
    let at = 0;
    for (const piece of this.#pieces) {
      await writeAll(file, piece, at);
      at += piece.length;
    }
    this.#pieces.length = 0;
    return file;
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `What was read could not be kept in ${tmpdir()}: ${reason}`;
      const hint = 'Name a folder with room for it in TMPDIR.';
      throw new FreeholdError('unreachable', [{ code: 'verify/no-room', level: 'error', message, hint }], {
        cause: error,
      });
    }
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
