import type { RepositoriesPolicy } from './policy.ts';

/** What judging one source needs besides it. */
export interface RepositoryWish extends RepositoriesPolicy {
  /** Fingerprints that the blueprint pins; where there are none, those of the keyring are reported and count. */
  readonly pinned: readonly string[];
}
