import type { ConfFileState } from '../conf-directory/state.ts';
import { placedAssignments } from './assignments.ts';
import type { Interfaces } from './kernel-effects.ts';
import { confScope } from './scope.ts';

/**
 * Stands for every interface that a machine will have and that no file names. No real one is called so: names of interfaces
 * have no blanks (dev_valid_name() of net/core/dev.c).
 */
export const ANY_OTHER_INTERFACE = 'any other interface';

/** The interfaces to judge on a machine that doesn't run: those that its files name, and all others as one. */
export function expectedInterfaces(files: readonly ConfFileState[]): Interfaces {
  const scopes = placedAssignments(files).assignments.flatMap(({ path }) => confScope(path) ?? []);
  const named = (family: keyof Interfaces): readonly string[] => {
    const own = scopes.filter((one) => one.family === family && !/^(?:all|default|lo)$|[*?[\]{}]/.test(one.scope));
    return [...[...new Set(own.map(({ scope }) => scope))].sort(), ANY_OTHER_INTERFACE];
  };
  return { ipv4: named('ipv4'), ipv6: named('ipv6') };
}
