import type { Blueprint } from '../blueprint/index.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { HostIdentity } from '../core/fleet.ts';
import type { OpenOptions } from '../host/open.ts';

/** One machine of many: how it is reached, and what it is held against. */
export interface FleetTarget extends HostIdentity {
  readonly options: OpenOptions;
  readonly blueprint: Blueprint;
  /** Why it can't even be tried; empty for every other. */
  readonly problems: readonly Diagnostic[];
}

export function identityOf({ name, address, groups }: FleetTarget): HostIdentity {
  return { name, address, groups };
}
