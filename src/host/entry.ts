import type { Entry } from './host.ts';

/** As the C locale sorts. */
export function comparePaths(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** By the bytes of the name, as the C locale sorts: the order of every list. */
export function compareNames(a: Entry, b: Entry): number {
  return comparePaths(a.name, b.name);
}
