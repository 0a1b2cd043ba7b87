import type { Change } from '../../core/change.ts';
import type { Package } from './inventory/package.ts';

/** What a package manager would do to one or several places that belong together. */
export interface Proposal {
  readonly places: readonly PlaceAfter[];
  /** Empty where nothing can be done. */
  readonly changes: readonly Change[];
}

/** A place as it would be. */
export interface PlaceAfter {
  readonly path: string;
  readonly packages: readonly Package[];
  /** Why packages stay as they are, by key: one sentence for a person. */
  readonly obstacles: ReadonlyMap<string, string>;
}

/** A package that must change, and the least version that nothing is known against. */
export interface Want {
  readonly package: Package;
  readonly target: string;
}
