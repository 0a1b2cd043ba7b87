import type { Entry } from './host.ts';

/** By the bytes of the name, as the C locale sorts: the order of every list. */
export function compareNames(a: Entry, b: Entry): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}
