import { readSync } from 'node:fs';
import { ENVELOPE_LIMIT_BYTES } from '../../signatures/dsse/envelope.ts';

const CHUNK_BYTES = 1024 * 1024;
const LINE_END = 0x0a;

export interface Line {
  /** Without its end. */
  readonly bytes: Buffer;
  /** Where the next begins. */
  readonly end: number;
  /** Whether its end is there, and it isn't longer than an entry may be. */
  readonly isWhole: boolean;
}

/** The lines of a part of a file; what is too long for an entry comes as the last. */
export function* linesOf(file: number, from: number, to: number): Generator<Line> {
  let pending = Buffer.alloc(0);
  let start = from;
  for (let position = from; position < to;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, to - position));
    const count = readSync(file, chunk, 0, chunk.length, position);
    if (count === 0) break;
    position += count;
    pending = pending.length === 0 ? chunk.subarray(0, count) : Buffer.concat([pending, chunk.subarray(0, count)]);
    let consumed = 0;
    for (let at = pending.indexOf(LINE_END); at >= 0; at = pending.indexOf(LINE_END, consumed)) {
      yield { bytes: pending.subarray(consumed, at), end: start + at + 1, isWhole: true };
      consumed = at + 1;
    }
    pending = pending.subarray(consumed);
    start += consumed;
    if (pending.length > ENVELOPE_LIMIT_BYTES) break;
  }
  if (pending.length > 0) yield { bytes: pending, end: start + pending.length, isWhole: false };
}
