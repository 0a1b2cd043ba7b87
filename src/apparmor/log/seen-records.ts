import type { AccessEvent } from './event.ts';

/** What is remembered at least; twice as much at most. */
const GENERATION = 150_000;

type Remembered = Map<number, AccessEvent | AccessEvent[]>;

/** Knows a record again that another source has as well: the same time and number, and the same in all else. */
export class SeenRecords {
  #young: Remembered = new Map();
  #old: Remembered = new Map();

  /** Whether it was there before; now it is. */
  add(event: AccessEvent): boolean {
    const { serial } = event;
    // Without a number two that are the same may well be two.
    if (serial === undefined) return false;
    if (isIn(this.#young.get(serial), event) || isIn(this.#old.get(serial), event)) return true;
    const there = this.#young.get(serial);
    if (Array.isArray(there)) there.push(event);
    else this.#young.set(serial, there === undefined ? event : [there, event]);
    if (this.#young.size > GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return false;
  }
}

function isIn(seen: AccessEvent | readonly AccessEvent[] | undefined, event: AccessEvent): boolean {
  if (seen === undefined) return false;
  return isList(seen) ? seen.some((one) => isSame(one, event)) : isSame(seen, event);
}

function isList(seen: AccessEvent | readonly AccessEvent[]): seen is readonly AccessEvent[] {
  return Array.isArray(seen);
}

function isSame(a: AccessEvent, b: AccessEvent): boolean {
  return (
    a.timeMs === b.timeMs &&
    a.verdict === b.verdict &&
    a.operation === b.operation &&
    a.name === b.name &&
    a.profile === b.profile &&
    a.namespace === b.namespace &&
    a.target === b.target &&
    a.peer === b.peer &&
    a.requested === b.requested &&
    a.denied === b.denied &&
    a.pid === b.pid &&
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
