import { compareBytes } from '../../../core/byte-text.ts';
import type { Walked } from '../walk/walked.ts';
import type { Entry } from './entry.ts';
import type { Walk } from '../walk/walk.ts';

/** One path as it is now, as the baseline has it, or both. */
export type Pair<Now extends Walked = Walked> =
  | { readonly kind: 'added'; readonly now: Now }
  | { readonly kind: 'removed'; readonly before: Entry }
  | { readonly kind: 'both'; readonly now: Now; readonly before: Entry };

/** Goes through a tree and a baseline side by side; both are sorted, so neither is ever held whole. */
export function* pairsOf<Now extends Walked>(tree: Iterable<Now>, baseline: Iterable<Entry>): Generator<Pair<Now>> {
  const entries = baseline[Symbol.iterator]();
  let before = entries.next();
  for (const now of tree) {
    while (before.done !== true && compareBytes(before.value.path, now.path) < 0) {
      yield { kind: 'removed', before: before.value };
      before = entries.next();
    }
    if (before.done !== true && before.value.path === now.path) {
      yield { kind: 'both', now, before: before.value };
      before = entries.next();
    } else yield { kind: 'added', now };
  }
  for (; before.done !== true; before = entries.next()) yield { kind: 'removed', before: before.value };
}

/** The entries of a walk, one at a time. */
export function* walkedIn(walk: Walk): Generator<Walked> {
  for (let index = 0; index < walk.paths.length; index += 1) yield walk.at(index);
}

/**
 * Whether nobody can have written to a file since the baseline was taken: all that the kernel says of it is the same, and it was
 * last changed well before, so that a second change within one tick of the clock would have been seen.
 */
export function isUntouched({ now, before }: { readonly now: Walked; readonly before: Entry }, takenAt: Date): boolean {
  const [one, other] = [now.identity, before.identity];
  if (one === undefined || other === undefined || before.sha256 === undefined) return false;
  if (now.type !== before.type || now.sizeBytes !== before.sizeBytes) return false;
  if (one.changed !== other.changed || one.modified !== other.modified) return false;
  if (one.inode !== other.inode || one.device !== other.device) return false;
  return Number(other.changed) < takenAt.getTime() / MS_PER_SECOND - SETTLED_SECONDS;
}

const MS_PER_SECOND = 1000;
/** Clocks of file systems tick in up to two seconds (FAT), and the time of a baseline is kept in whole ones. */
const SETTLED_SECONDS = 4;
