/**
 * How far a rule may go beyond the names that were seen. Each is explained in docs/confinement/learn.md.
 * A pattern that these don't allow is not written: the names stay as they are.
 */
export interface Measures {
  /** Names of one shape in one folder that a weak shape (digits, short random parts) may stand for. */
  readonly namesOfWeakShape: number;
  /** Names seen in one run only, without a shape, that `*` may stand for. */
  readonly volatileNames: number;
  /** Names seen in several runs, read and never written, that `*` may stand for. */
  readonly stableNames: number;
  /** Files read in a folder of the system that the program lists: it reads whatever lies there. */
  readonly listedNames: number;
  /** Libraries in a folder that ld.so(8) trusts. */
  readonly trustedLibraries: number;
  /** Volatile folders beside each other that `*` may stand for: only then does a pattern cross a `/`. */
  readonly folders: number;
  /** Folders above a `*`, and above a `**`: `/usr/share/fonts/` has three. */
  readonly depthOfStar: number;
  readonly depthOfDoubleStar: number;
  /** Rules of an abstraction that the log must have used, in percent, and names that it must save. */
  readonly abstractionPercent: number;
  readonly abstractionNames: number;
  /** Above so many rules nothing is written. */
  readonly maxRules: number;
}

export const DEFAULT_MEASURES: Measures = {
  namesOfWeakShape: 3,
  volatileNames: 8,
  stableNames: 12,
  listedNames: 4,
  trustedLibraries: 4,
  folders: 4,
  depthOfStar: 2,
  depthOfDoubleStar: 3,
  abstractionPercent: 40,
  abstractionNames: 3,
  maxRules: 100,
};
