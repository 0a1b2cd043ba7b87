import type { ByteText } from '../../core/byte-text.ts';
import { inLonger } from '../../core/column.ts';
import type { Stamp } from './build-event.ts';
import type { AccessEvent } from './event.ts';
import type { Said } from './known-records.ts';

/** What is remembered at least; twice as much at most. */
const GENERATION = 150_000;

/** When a record was written, its number and its process, where it has them. */
export interface SeenStamp extends Stamp {
  readonly pid?: number | undefined;
}

/** Knows a record again that another source has as well: the same time and number, and the same in all else. */
export class SeenRecords {
  #young = new Generation();
  #old = new Generation();
  /** Of all that are remembered, or were: what has a higher number is new, and in most logs the next one has. */
  #highest = -1;

  /**
   * Whether it was there before; now it is. What is kept of each record is its name, its time, its number, its process and its template,
   * as there are as many as the log has lines.
   */
  add(said: Said, stamp: SeenStamp): boolean {
    const { serial } = stamp;
    // Without a number two that are the same may well be two.
    if (serial === undefined) return false;
    if (serial > this.#highest) this.#highest = serial;
    else if (this.#young.has(said, serial, stamp) || this.#old.has(said, serial, stamp)) return true;
    if (this.#young.size === GENERATION) {
      const old = this.#old;
      this.#old = this.#young;
      this.#young = old;
      old.clear();
    }
    this.#young.add(said, serial, stamp);
    return false;
  }
}

/** Stand for the time of a record that has none, and for its process. */
const NO_TIME = -Infinity;
const NO_PROCESS = -1;
/** At least twice as many as records, and a power of two. */
const SLOTS = 2 ** 19;
const NONE = 0;
const FIRST_CAPACITY = 4096;
/** Numbers of records differ, so that few share a slot; who makes up a log that puts all into one has them counted twice, and no more. */
const MOST_COMPARED = 64;

/** Columns of records. */
class Generation {
  readonly #names: ByteText[] = [];
  readonly #templates: AccessEvent[] = [];
  #serial = new Float64Array(FIRST_CAPACITY);
  #timeMs = new Float64Array(FIRST_CAPACITY);
  #pid = new Float64Array(FIRST_CAPACITY);
  #size = 0;
  /** Those of one slot are chained; not before somebody looks for one, which in most logs nobody does. */
  #first = new Int32Array(0);
  #next = new Int32Array(0);
  #chained = 0;

  get size(): number {
    return this.#size;
  }

  has(
    { event: { name = '' }, template }: Said,
    serial: number,
    { timeMs = NO_TIME, pid = NO_PROCESS }: SeenStamp,
  ): boolean {
    this.#chain();
    let place = this.#first[slotOf(name, serial)] ?? NONE;
    for (let compared = 0; place !== NONE && compared < MOST_COMPARED; compared += 1) {
      const index = place - 1;
      place = this.#next[index] ?? NONE;
      if (this.#serial[index] !== serial || this.#timeMs[index] !== timeMs || this.#pid[index] !== pid) continue;
      if (this.#names[index] !== name) continue;
      const other = this.#templates[index];
      if (other !== undefined && (other === template || isSame(other, template))) return true;
    }
    return false;
  }

  add(
    { event: { name = '' }, template }: Said,
    serial: number,
    { timeMs = NO_TIME, pid = NO_PROCESS }: SeenStamp,
  ): void {
    if (this.#size === this.#serial.length) this.#grow();
    this.#serial[this.#size] = serial;
    this.#timeMs[this.#size] = timeMs;
    this.#pid[this.#size] = pid;
    this.#names.push(name);
    this.#templates.push(template);
    this.#size += 1;
  }

  clear(): void {
    this.#first.fill(NONE);
    this.#names.length = 0;
    this.#templates.length = 0;
    this.#size = 0;
    this.#chained = 0;
  }

  #chain(): void {
    if (this.#first.length === 0) this.#first = new Int32Array(SLOTS);
    if (this.#next.length < this.#size) this.#next = inLonger(this.#next, new Int32Array(this.#serial.length));
    for (; this.#chained < this.#size; this.#chained += 1) {
      const slot = slotOf(this.#names[this.#chained] ?? '', this.#serial[this.#chained] ?? 0);
      this.#next[this.#chained] = this.#first[slot] ?? NONE;
      this.#first[slot] = this.#chained + 1;
    }
  }

  #grow(): void {
    const size = Math.min(this.#size * 2, GENERATION);
    this.#serial = inLonger(this.#serial, new Float64Array(size));
    this.#timeMs = inLonger(this.#timeMs, new Float64Array(size));
    this.#pid = inLonger(this.#pid, new Float64Array(size));
  }
}

/** Records of one moment have one number, and are told apart by a bit of the name. */
const NAME_SLOTS = 4;

/** Numbers go up by one: records that follow each other in a log are beside each other in memory. */
function slotOf(name: ByteText, serial: number): number {
  const ofName = (name.length + name.charCodeAt(name.length - 1)) & (NAME_SLOTS - 1);
  return (serial * NAME_SLOTS + ofName) & (SLOTS - 1);
}

/** In all but the name, the time, the number and the process. */
function isSame(a: AccessEvent, b: AccessEvent): boolean {
  return (
    a.verdict === b.verdict &&
    a.operation === b.operation &&
    a.profile === b.profile &&
    a.namespace === b.namespace &&
    a.target === b.target &&
    a.peer === b.peer &&
    a.requested === b.requested &&
    a.denied === b.denied &&
    a.comm === b.comm &&
    a.info === b.info &&
    a.errorCode === b.errorCode &&
    isSameFields(a.fields, b.fields)
  );
}

function isSameFields(a: AccessEvent['fields'], b: AccessEvent['fields']): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}
