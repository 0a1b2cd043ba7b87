import { Buffer } from 'node:buffer';
import { open } from 'node:fs/promises';

/** Larger ones than Node's own: a log is read through, and every piece costs a wait. */
const PIECE_BYTES = 512 * 1024;

/**
 * What a file holds, from its start on, in pieces that are good until the next one is asked for: all of them lie in the same memory, as
 * new memory for each takes longer than reading it. Throws what open(2) and read(2) say.
 */
export async function* filePieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
