import { type Recorded, recordedKey } from './answer.ts';
import { BadField } from './fields.ts';
import { ANSWERS_MAX, LINE_LIMIT_BYTES, PAYLOAD_LIMIT_BYTES } from './limits.ts';
import { decodeLine, encodeLine } from './line.ts';
import { isWithinShape } from './shape.ts';

/** Room for the first line, whose texts are limited. */
const HEAD_RESERVE_BYTES = 128 * 1024;

/** What was answered so far; takes only what every reader of recordings takes. */
export class Tape {
  leftOut = 0;
  readonly #kept = new Map<string, { readonly recorded: Recorded; readonly sizeBytes: number }>();
  #sizeBytes = HEAD_RESERVE_BYTES;

  /** Keeps an answer in the place of an earlier one to the same question; `false` when it doesn't fit. */
  keep(recorded: Recorded): boolean {
    const key = recordedKey(recorded);
    const earlier = this.#kept.get(key);
    const sizeBytes = sizeOf(recorded);
    const total = this.#sizeBytes - (earlier?.sizeBytes ?? 0) + (sizeBytes ?? 0);
    if (sizeBytes === undefined || total > PAYLOAD_LIMIT_BYTES || this.#kept.size >= ANSWERS_MAX) {
      this.leftOut += 1;
      return false;
    }
    this.#kept.set(key, { recorded, sizeBytes });
    this.#sizeBytes = total;
    return true;
  }

  answers(): readonly Recorded[] {
    return [...this.#kept.values()].map(({ recorded }) => recorded);
  }
}

/** The size of its line, its end included; `undefined` for what no reader would take. */
function sizeOf(recorded: Recorded): number | undefined {
  const line = Buffer.from(encodeLine(recorded));
  if (line.length > LINE_LIMIT_BYTES || !isWithinShape(line)) return undefined;
  try {
    decodeLine(line.toString());
    return line.length + 1;
  } catch (error) {
    if (error instanceof BadField) return undefined;
    throw error;
  }
}
