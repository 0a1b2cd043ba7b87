import { Buffer } from 'node:buffer';
import { constants, type BigIntStats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that are read once, from their start to their end. */
export interface ByteSource {
  /** What its size is as far as it's known before it has been read. */
  readonly sizeBytes?: number;
  /** Fills a part of the array; 0 at the end. */
  read(into: Uint8Array): Promise<number>;
  /** Why what was read doesn't count after all; looked at after the end. */
  objection(): Promise<string | undefined>;
  close(): Promise<void>;
}

export type OpenedSource =
  | { readonly kind: 'open'; readonly source: FileSource }
  | { readonly kind: 'missing' | 'unread'; readonly reason: string };

/** Names are bytes to Linux: where a list has one that is no text, it goes as a buffer. */
export type FilePath = string | Buffer;

/** Opens a regular file. Never waits for a pipe and sets no device off. */
export async function openFile(path: FilePath): Promise<OpenedSource> {
  let handle: FileHandle | undefined;
  try {
    // Looked at before it is opened: opening a device can set it off. At once, as a list may name a million that aren't there.
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return { kind: 'missing', reason: NO_FILE };
    const before = refusalOf(found);
    if (before !== undefined) return { kind: 'unread', reason: before };
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stats = await handle.stat({ bigint: true });
    const now = refusalOf(stats);
    if (now === undefined) return { kind: 'open', source: new FileSource(handle, stats) };
    await handle.close();
    return { kind: 'unread', reason: now };
  } catch (error) {
    await handle?.close();
    return { kind: isMissing(error) ? 'missing' : 'unread', reason: whyUnread(error) };
  }
}

function refusalOf(stats: BigIntStats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'it is a folder';
  if (stats.isFIFO()) return 'it is a pipe; what comes through one is verified as `-`';
  return stats.isSocket() ? 'it is a socket' : 'it is a device';
}

const NO_FILE = 'there is no such file';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', NO_FILE],
  ['ENOTDIR', NO_FILE],
  ['EACCES', 'it may not be read by this user'],
  ['EPERM', 'it may not be read by this user'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'it is a symbolic link that leads back to itself'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ERR_INVALID_ARG_VALUE', 'its name holds a NUL character'],
  ['EIO', 'its disk failed (EIO)'],
]);

/** No file can lie under a name that is too long: what is put behind the name of another may make one. */
const MISSING: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && MISSING.has(error.code);
}

/** Why a file can't be read, in words. */
export function whyUnread(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS.get(code) ?? `it could not be read: ${error instanceof Error ? error.message : String(error)}`;
}

export class FileSource implements ByteSource {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #before: BigIntStats;

  constructor(handle: FileHandle, stats: BigIntStats) {
    this.#handle = handle;
    this.#before = stats;
    this.sizeBytes = Number(stats.size);
  }

  /** Permission bits, for a copy. */
  get mode(): number {
    return Number(this.#before.mode);
  }

  /** Whether it is the same file as one that `stat` told of. */
  isSame({ dev, ino }: BigIntStats): boolean {
    return dev === this.#before.dev && ino === this.#before.ino;
  }

  async read(into: Uint8Array): Promise<number> {
    const { bytesRead } = await this.#handle.read(into, 0, into.length, null);
    return bytesRead;
  }

  /** Some bytes from a place on, without going on from there; a change until the end is an objection. None where they can't be read. */
  async peek(from: number, lengthBytes: number): Promise<Uint8Array> {
    try {
      const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(lengthBytes), 0, lengthBytes, from);
      return buffer.subarray(0, bytesRead);
    } catch {
      // Whoever reads all of it hears the reason; a disk that fails here is no bug of this program.
      return new Uint8Array();
    }
  }

  /** A size or a time that is another: somebody wrote, and what was read may be neither the old nor the new file. */
  async objection(): Promise<string | undefined> {
    const { size, mtimeNs, ctimeNs } = await this.#handle.stat({ bigint: true });
    const isSame = size === this.#before.size && mtimeNs === this.#before.mtimeNs && ctimeNs === this.#before.ctimeNs;
    return isSame ? undefined : 'it was changed while it was read';
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** What a stream brings, such as standard input. */
export class StreamSource implements ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) return 0;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, into.length);
    into.set(piece);
    this.#rest = this.#rest.subarray(piece.length);
    return piece.length;
  }

  objection(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
