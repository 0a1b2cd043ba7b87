import { Buffer } from 'node:buffer';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Turns line ends into CR LF, piece by piece: RFC 9580, section 5.2.1.2. A carriage return alone ends no line. */
export class CanonicalText {
  #endedInReturn = false;

  /** The same text in canonical form; `bytes` themselves where there is nothing to change. */
  push(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return bytes;
    const starts = this.#bareLineFeeds(bytes);
    this.#endedInReturn = bytes.at(-1) === CARRIAGE_RETURN;
    if (starts.length === 0) return bytes;
    const result = Buffer.allocUnsafe(bytes.length + starts.length);
    let from = 0;
    let to = 0;
    for (const at of starts) {
      result.set(bytes.subarray(from, at), to);
      to += at - from;
      result[to] = CARRIAGE_RETURN;
      to += 1;
      from = at;
    }
    result.set(bytes.subarray(from), to);
    return result;
  }

  /** Where a line feed stands that no carriage return is before. */
  #bareLineFeeds(bytes: Uint8Array): readonly number[] {
    const found: number[] = [];
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
      const hasReturn = at === 0 ? this.#endedInReturn : bytes[at - 1] === CARRIAGE_RETURN;
      if (!hasReturn) found.push(at);
    }
    return found;
  }
}
