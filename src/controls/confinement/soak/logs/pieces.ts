import { AccessLogReader } from '../../../../apparmor/log/access-log-reader.ts';
import type { AccessEvent } from '../../../../apparmor/log/event.ts';
import { lostAtLeast } from '../../../../apparmor/log/records.ts';
import { plural } from '../../../../core/describe.ts';

export interface Piece {
  readonly source: string;
  readonly bytes: Uint8Array;
  /** Lines that stand before it in its source. */
  readonly linesBefore: number;
}

export interface PiecesRead {
  /** Records that the logs themselves say are missing, at least. */
  readonly lost: number;
  /** Why it can't be said that each denial was seen; one sentence, with the first place. */
  readonly unreadable: string | undefined;
}

/** Reads logs one after the other; a record that is in two of them is given once. */
export class PieceReader {
  readonly #reader: AccessLogReader;
  readonly #linesBefore = new Map<string, number>();

  constructor(event: (event: AccessEvent) => void) {
    this.#reader = new AccessLogReader({ event });
  }

  read({ source, bytes, linesBefore }: Piece): void {
    this.#linesBefore.set(source, linesBefore);
    this.#reader.start(source);
    this.#reader.push(bytes);
  }

  finish(): PiecesRead {
    const { lost, unreadable, unreadableLines } = this.#reader.finish();
    const [first] = unreadable;
    return {
      lost: lostAtLeast(lost),
      unreadable:
        first &&
        `${plural(unreadableLines, 'line')} of the logs can’t be read for certain, and may be of a denial: ${first.source}:${String(first.line + (this.#linesBefore.get(first.source) ?? 0))} (${first.reason})`,
    };
  }
}
