import type { SignatureJudgement } from '../../../signatures/judgement.ts';
import type { Settings } from './apt-settings.ts';
import type { SourceEntry, SourceProblem } from './source-entry.ts';

export type RepositoriesState =
  | { readonly kind: 'no-apt'; readonly reason: string }
  | {
      readonly kind: 'apt';
      readonly settings: Settings;
      readonly sources: readonly ObservedSource[];
      /** What apt could not read, or this. */
      readonly problems: readonly SourceProblem[];
      /** The moment of the audit: UTC, ISO 8601. */
      readonly now: string;
    };

export interface ObservedSource {
  /** Its name in findings, the same from run to run. */
  readonly id: string;
  readonly entry: SourceEntry;
  readonly keyring: ObservedKeyring;
  readonly release: ObservedRelease;
}

/** The keys that may sign a repository. */
export interface ObservedKeyring {
  readonly keys: readonly ObservedKey[];
  /** Keyrings that could not be read, and keys that are named and not there. */
  readonly problems: readonly string[];
}

export interface ObservedKey {
  readonly fingerprint: string;
  /** Where it lies; for one within the entry, the entry's own file. */
  readonly path: string;
  /** Why no signature of it counts; `undefined` for a good one. */
  readonly fault?: string;
}

/** What apt last fetched of a repository. */
export type ObservedRelease =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }
  | { readonly kind: 'unsigned'; readonly path: string }
  | {
      readonly kind: 'signed';
      readonly path: string;
      readonly judgement: SignatureJudgement;
      /** The keys whose signatures are good, by the fingerprints of their primary keys. */
      readonly signers: readonly string[];
      /** UTC, ISO 8601; of the signed text, where it says so. */
      readonly validUntil?: string;
      readonly indexes: readonly ObservedIndex[];
    };

/** One list of packages that lies beside a Release. */
export interface ObservedIndex {
  readonly path: string;
  readonly comparison: 'same' | 'different' | 'uncompared';
  /** Why it was not compared. */
  readonly reason?: string;
}
