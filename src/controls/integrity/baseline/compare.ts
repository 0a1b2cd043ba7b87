import { type ByteText, shown } from '../../../core/byte-text.ts';
import type { FileDigest } from './digest/digest.ts';
import { type Difference, differencesOf } from './difference.ts';
import type { Attributes, Walked } from '../walk/walked.ts';
import type { Entry } from './entry.ts';
import { isUntouched, type Pair } from './pairs.ts';
import type { Compared } from './policy.ts';

/** How a path of a tree becomes an entry, and what could not be read of it. */
export interface Look<Now extends Walked> {
  readonly entryOf: (now: Now, before: Entry | undefined) => Entry | 'gone';
  readonly unreadOf: (entry: Entry) => string | undefined;
}

/** What was seen of the machine besides its tree. */
export interface Seen {
  readonly digests: ReadonlyMap<ByteText, FileDigest>;
  /** `undefined` where none could be read. */
  readonly attributes: ReadonlyMap<ByteText, Attributes> | undefined;
}

export interface CompareOptions<Now extends Walked> {
  readonly look: Look<Now>;
  readonly compared: readonly Compared[];
  /** So many differences are kept; the others are counted. */
  readonly kept: number;
}

export interface Comparison {
  /** The first, by path. */
  readonly differences: readonly Difference[];
  readonly counts: {
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    readonly same: number;
  };
  /** Files whose content could not be read, with the reason: the first of them. */
  readonly unread: readonly string[];
  readonly unreadCount: number;
}

/** Which files must be read before anything can be said of them. */
export function toRead(
  pairs: Iterable<Pair>,
  { takenAt, isParanoid }: { readonly takenAt: Date; readonly isParanoid: boolean },
): readonly ByteText[] {
  const paths: ByteText[] = [];
  for (const pair of pairs) {
    if (pair.kind === 'removed' || pair.now.type !== 'file') continue;
    if (pair.kind === 'both' && !isParanoid && isUntouched(pair, takenAt)) continue;
    paths.push(pair.now.path);
  }
  return paths;
}

/** A path as it is now, with its digest: the one that was computed, or the baseline's where the file wasn't touched. */
export function lookThrough({ digests, attributes }: Seen): Look<Walked> {
  return {
    entryOf: (now, before) => {
      const own = attributes && { attributes: attributes.get(now.path) ?? {} };
      if (now.type !== 'file') return { ...now, ...own };
      const digest = digests.get(now.path);
      if (digest?.kind === 'gone') return 'gone';
      const sha256 = digest === undefined ? before?.sha256 : digest.kind === 'digest' ? digest.sha256 : undefined;
      return { ...now, ...(sha256 !== undefined && { sha256 }), ...own };
    },
    unreadOf: ({ path }) => {
      const digest = digests.get(path);
      return digest?.kind === 'unread' ? digest.reason : undefined;
    },
  };
}

/** For holding one baseline against another. */
export const AS_STORED: Look<Entry> = { entryOf: (now) => now, unreadOf: () => undefined };

/** Holds a tree against a baseline. */
export function compare<Now extends Walked>(
  pairs: Iterable<Pair<Now>>,
  { look, compared, kept }: CompareOptions<Now>,
): Comparison {
  const differences: Difference[] = [];
  const counts = { added: 0, removed: 0, changed: 0, same: 0 };
  const unread: string[] = [];
  let unreadCount = 0;
  const note = (difference: Difference): void => {
    counts[difference.kind] += 1;
    if (differences.length < kept) differences.push(difference);
  };
  for (const pair of pairs) {
    const before = pair.kind === 'added' ? undefined : pair.before;
    const now = pair.kind === 'removed' ? 'gone' : look.entryOf(pair.now, before);
    if (now === 'gone') {
      if (before !== undefined) note({ kind: 'removed', path: before.path, entry: before, attributes: [] });
      continue;
    }
    const reason = look.unreadOf(now) ?? digestProblem(before, now, compared);
    if (reason !== undefined) {
      unreadCount += 1;
      if (unread.length < kept) unread.push(reason);
    }
    if (before === undefined) {
      note({ kind: 'added', path: now.path, entry: now, attributes: [] });
      continue;
    }
    const attributes = differencesOf(before, now, compared);
    if (attributes.length > 0) note({ kind: 'changed', path: now.path, entry: now, attributes });
    else if (reason === undefined) counts.same += 1;
  }
  return { differences, counts, unread, unreadCount };
}

/** A file that could not be read when one of the two was taken: nothing can be said of its content. */
function digestProblem(before: Entry | undefined, now: Entry, compared: readonly Compared[]): string | undefined {
  if (before?.type !== 'file' || now.type !== 'file' || !compared.includes('content')) return undefined;
  if (before.sha256 !== undefined && now.sha256 !== undefined) return undefined;
  return `${shown(now.path)}: there is no digest of its content`;
}
