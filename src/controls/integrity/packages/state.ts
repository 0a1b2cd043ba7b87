import type { NoDatabase } from '../dpkg/observe.ts';
import type { EntryType } from '../../../host/host.ts';

/** How the files of packages differ from what was shipped. */
export type PackagesState =
  | NoDatabase
  | {
      readonly kind: 'compared';
      /** By name. */
      readonly packages: readonly ComparedPackage[];
      /** What could not be read of the database as a whole. */
      readonly problems: readonly string[];
    };

export interface ComparedPackage {
  readonly label: string;
  readonly version: string;
  /** Files with a digest, configuration files aside. */
  readonly fileCount: number;
  readonly conffileCount: number;
  readonly deviations: readonly Deviation[];
  readonly conffiles: readonly Deviation[];
  /** Files that aren't there because dpkg was told to leave them out. */
  readonly excludedCount: number;
  /** Files for which the package brought no digest. */
  readonly undigested: readonly string[];
  /** Whether it brought no list of digests at all. */
  readonly hasNoList: boolean;
  /** What could not be looked at, one sentence each. */
  readonly problems: readonly string[];
}

/** One file that is not what was shipped. */
export type Deviation =
  | {
      readonly kind: 'changed';
      readonly path: string;
      readonly shipped: string;
      readonly found: string;
      /** Whether it is a link now, which leads to what was found. */
      readonly isSymlink: boolean;
    }
  /** Shipped as a file; what it leads to has the very same bytes. */
  | { readonly kind: 'linked'; readonly path: string }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'replaced'; readonly path: string; readonly by: EntryType };
