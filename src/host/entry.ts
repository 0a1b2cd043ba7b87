import type { Entry } from './host.ts';

/** Where the units of UTF-16 begin that are half a character; what is beyond them is encoded in fewer bytes than they are. */
const FIRST_HALF = 0xd800;
const AFTER_HALVES = 0xe000;
const UNITS = 0x10000;

/** By the bytes of UTF-8, as the C locale sorts. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [own, other] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (own !== other) return rank(own) - rank(other);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= FIRST_HALF && unit < AFTER_HALVES ? unit + UNITS : unit;
}

/** By the bytes of the name, as the C locale sorts: the order of every list. */
export function compareNames(a: Entry, b: Entry): number {
  return comparePaths(a.name, b.name);
}
