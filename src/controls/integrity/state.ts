import type { BaselineState } from './baseline/state.ts';
import type { PackagesState } from './packages/state.ts';
import type { PrivilegedState } from './privileged/state.ts';
import type { RepositoriesState } from './repositories/state.ts';
import type { UnownedState } from './unowned/state.ts';

/** What each part saw; `undefined` for one that the blueprint doesn't name. */
export interface IntegrityState {
  readonly packages: PackagesState | undefined;
  readonly unowned: UnownedState | undefined;
  readonly privileged: PrivilegedState | undefined;
  readonly repositories: RepositoriesState | undefined;
  readonly baseline: BaselineState | undefined;
}
