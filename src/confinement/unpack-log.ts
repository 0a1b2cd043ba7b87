import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** More than this of one log is not read: a packed file of a few megabytes can hold any amount. */
const LOG_LIMIT_BYTES = 4 * 1024 * 1024 * 1024;

const GZIP = [0x1f, 0x8b] as const;

/** How a log ended. */
export type LogEnd = { readonly kind: 'whole' } | { readonly kind: 'cut'; readonly reason: string };

/** Hands on what a log has, unpacked if it is packed, whatever its name says. A piece may be good only until the next one is asked for. */
export async function unpackLog(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  take: (bytes: Uint8Array) => void,
): Promise<LogEnd> {
  let bytes = 0;
  try {
    for await (const piece of unpacked(pieces)) {
      bytes += piece.length;
      if (bytes > LOG_LIMIT_BYTES) return { kind: 'cut', reason: `only the first ${LOG_LIMIT_BYTES} bytes were read` };
      take(piece);
    }
    return { kind: 'whole' };
  } catch (error) {
    return { kind: 'cut', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function* unpacked(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = withHead(pieces);
  const { value: head } = await source.next();
  if (head === undefined) return;
  const whole = restOf(head, source);
  if (GZIP.some((byte, at) => head[at] !== byte)) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip();
  const input = Readable.from(copies(whole));
  input.on('error', (error) => gunzip.destroy(error));
  for await (const piece of input.pipe(gunzip)) if (piece instanceof Uint8Array) yield piece;
}

/** A stream takes pieces before it is done with those before them. */
async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Uint8Array.from(piece);
}

async function* restOf(head: Uint8Array, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* source;
}

/** The same in pieces of which the first, if there is any, has the bytes that tell what it is. */
async function* withHead(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    if (size >= GZIP.length) yield piece;
    else {
      held.push(Uint8Array.from(piece));
      size += piece.length;
      if (size < GZIP.length) continue;
      yield Buffer.concat(held);
      held = [];
    }
  }
  if (held.length > 0) yield Buffer.concat(held);
  return undefined;
}
