/** Bytes of a text around a hole, in which a number stands that does not say which text it is; without one all of it is in front. */
export interface HoledText {
  readonly from: number;
  readonly hole: number;
  readonly behind: number;
  readonly to: number;
}

/** Without what stands in the hole. */
export function lengthOf({ from, hole, behind, to }: HoledText): number {
  return hole - from + to - behind;
}

export const WORD_BYTES = 4;
const FACTOR = 0x5bd1e995;
const SHIFT = 15;
const LAST_SHIFT = 13;

/** The same for texts that differ in nothing but what stands in the hole. */
export function hashOf(view: DataView, text: HoledText): number {
  const front = hashOfPart(view, text.from, text.hole);
  const behind = hashOfPart(view, text.behind, text.to);
  // What the last word brought in above has to come down to where slots are told apart.
  let hash = Math.imul(front ^ lengthOf(text), FACTOR) ^ behind;
  hash = Math.imul(hash ^ (hash >>> LAST_SHIFT), FACTOR);
  return hash ^ (hash >>> SHIFT);
}

/** Word by word, then what is left by bytes. */
function hashOfPart(view: DataView, from: number, to: number): number {
  let hash = 0;
  let at = from;
  for (; at + WORD_BYTES <= to; at += WORD_BYTES) {
    hash = Math.imul(hash ^ view.getInt32(at, true), FACTOR);
    hash ^= hash >>> SHIFT;
  }
  for (; at < to; at += 1) hash = Math.imul(hash ^ view.getUint8(at), FACTOR);
  return hash;
}
