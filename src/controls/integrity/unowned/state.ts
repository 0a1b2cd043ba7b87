import type { EntryType } from '../../../host/host.ts';
import type { NoDatabase } from '../dpkg/observe.ts';

/** What lies in the folders of the system and is of no package. */
export type UnownedState =
  | NoDatabase
  | {
      readonly kind: 'searched';
      /** By path. */
      readonly found: readonly Unowned[];
      /** How many paths were looked at. */
      readonly searched: number;
      /** How many of no package nobody wonders about, by why: who makes them, or that there is nothing in them. */
      readonly made: Readonly<Record<string, number>>;
      /** What could not be looked at, one sentence each. */
      readonly problems: readonly string[];
    };

export interface Unowned {
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits; of what lies below a folder nothing is said. */
  readonly mode: number;
  /** Where a link points, as written. */
  readonly target?: string;
  /** How many paths lie below a folder; none of them is of a package. */
  readonly below: number;
}
