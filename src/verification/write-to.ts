import type { Writable } from 'node:stream';

/** Writes, and waits where the reader is slower, so that nothing piles up in memory. A reader that has gone ends the wait. */
export async function writeTo(stream: Writable, piece: string | Uint8Array): Promise<void> {
  if (stream.write(piece)) return;
  await new Promise<void>((resolve) => {
    const events = ['drain', 'error', 'close'] as const;
    const go = (): void => {
      for (const event of events) stream.off(event, go);
      resolve();
    };
    for (const event of events) stream.on(event, go);
  });
}
