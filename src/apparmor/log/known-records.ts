import { bytesOf, standsAt } from './byte-scan.ts';
import { ByteTable } from './byte-table.ts';
import type { AccessEvent } from './event.ts';
import type { LineBytes } from './line-splitter.ts';
import type { RecordHead } from './record-heads.ts';

/** What a record says. */
export interface Said {
  readonly event: AccessEvent;
  /** One that differs from it in nothing but the name, the process, the time and the number. */
  readonly template: AccessEvent;
}

/** A record that was there before; good until the next one is looked for. */
export interface Known {
  readonly said: Said;
  /** That of its text, which is the same for all that say the same. */
  readonly number: number;
  /** The process that it is of now. */
  readonly pid: number | undefined;
}

/**
 * Programs do the same over and over: of a log's lines most differ from one before them in nothing but what the log writes in front
 * of a record, with the time and the number, and in the process. Such a record is known by all else, and is not read once more.
 */
export class KnownRecords {
  readonly #texts = new ByteTable(processIn);
  /** By the numbers of the texts; nothing for such as have no event. */
  readonly #said: (Said | undefined)[] = [];
  #number: number | undefined;
  /** One object for all records: there are as many as a log has lines. */
  #known: { -readonly [Key in keyof Known]: Known[Key] } | undefined;

  /** What a line's record says, when it was there before. */
  find({ bytes, to }: LineBytes, { bodyAt }: RecordHead): Known | undefined {
    const number = this.#texts.number(bytes, bodyAt, to);
    this.#number = number;
    if (number === undefined) return undefined;
    if (this.#texts.isNew) this.#said[number] = undefined;
    const said = this.#said[number];
    if (said === undefined) return undefined;
    const pid = this.#texts.inHole ?? said.event.pid;
    const known = (this.#known ??= { said, number, pid });
    known.said = said;
    known.number = number;
    known.pid = pid;
    return known;
  }

  /** Remembers what the record says that was looked for last; the number of its text, or `undefined` where it was not kept. */
  learn(said: Said): number | undefined {
    if (this.#number !== undefined) this.#said[this.#number] = said;
    return this.#number;
  }
}

/** A blank and `pid=`; other white space separates fields as well. */
const BLANK = 0x20;
const PROCESS = bytesOf('pid=');

/** Behind `pid=`, if it stands there once: a record that has it in a value has no process, and says nothing that is remembered. */
function processIn(bytes: Uint8Array, from: number, to: number): number {
  let found = -1;
  for (let at = from; at < to; at += 1) {
    if ((bytes[at] ?? 0) > BLANK || !standsAt(bytes, at + 1, PROCESS)) continue;
    if (found !== -1) return -1;
    found = at + 1 + PROCESS.length;
  }
  return found;
}
