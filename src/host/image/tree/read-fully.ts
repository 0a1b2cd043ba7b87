/** A file that can be read anywhere; what Node's FileHandle is, too. */
export interface Readable {
  read(buffer: Uint8Array, place: Place): Promise<{ readonly bytesRead: number }>;
}

export interface Place {
  /** Where in the buffer. */
  readonly offset: number;
  readonly length: number;
  /** Where in the file. */
  readonly position: number;
}

const FIRST_CHUNK_BYTES = 64 * 1024;

/** Bytes at a place in a file, fewer than asked for only where it ends; never more memory than there are bytes (twice). */
export async function readFully(
  file: Readable,
  { position, length }: { readonly position: number; readonly length: number },
): Promise<Uint8Array> {
  let buffer = Buffer.allocUnsafe(Math.min(length, FIRST_CHUNK_BYTES));
  let filled = 0;
  while (filled < length) {
    if (filled === buffer.length) buffer = Buffer.concat([buffer], Math.min(length, buffer.length * 2));
    const { bytesRead } = await file.read(buffer, {
      offset: filled,
      length: buffer.length - filled,
      position: position + filled,
    });
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
