import { ByteTable } from './byte-table.ts';
import type { AccessEvent } from './event.ts';
import type { LineBytes } from './line-splitter.ts';
import type { RecordHead } from './record-heads.ts';

/** What a record says. */
export interface Said {
  readonly event: AccessEvent;
  /** One that differs from it in nothing but the name, the time and the number. */
  readonly template: AccessEvent;
}

/**
 * Programs do the same over and over: of a log's lines most differ from one before them in nothing but what the log writes in front
 * of a record, with the time and the number. Such a record is known by what stands behind those, and is not read once more.
 */
export class KnownRecords {
  readonly #texts = new ByteTable();
  /** By the numbers of the texts. */
  readonly #said: Said[] = [];

  /** The number of a line's record, when it was there before. */
  find({ bytes, to }: LineBytes, { bodyAt }: RecordHead): number | undefined {
    return this.#texts.find(bytes, bodyAt, to);
  }

  /** What the record of a number says; that of the last that was remembered under it. */
  said(number: number): Said | undefined {
    return this.#said[number];
  }

  /** Remembers what the record of a line says that is not known; its number, or `undefined` where it was not kept. */
  learn({ bytes, to }: LineBytes, { bodyAt }: RecordHead, said: Said): number | undefined {
    const number = this.#texts.add(bytes, bodyAt, to);
    if (number !== undefined) this.#said[number] = said;
    return number;
  }
}
