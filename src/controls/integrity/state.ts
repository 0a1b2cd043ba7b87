import type { PackagesState } from './packages/state.ts';
import type { UnownedState } from './unowned/state.ts';

/** What each part saw; `undefined` for one that the blueprint doesn't name. */
export interface IntegrityState {
  readonly packages: PackagesState | undefined;
  readonly unowned: UnownedState | undefined;
}
