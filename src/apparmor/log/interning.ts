import { Buffer } from 'node:buffer';
import type { ByteText } from '../../core/byte-text.ts';

/** Logs repeat the same names over and over; beyond so many different ones each stands for itself. */
const TABLE_SIZE = 200_000;
/** Longer ones are rarely said twice, and a table of them would be large. */
const LONGEST_CHARACTERS = 256;

/** One string for all that are the same, and none that holds the line it was cut out of in memory. */
export class Interning {
  readonly #table = new Map<ByteText, ByteText>();

  one(text: ByteText): ByteText {
    const known = this.#table.get(text);
    if (known !== undefined) return known;
    const own = Buffer.from(text, 'latin1').toString('latin1');
    if (text.length <= LONGEST_CHARACTERS && this.#table.size < TABLE_SIZE) this.#table.set(own, own);
    return own;
  }
}
