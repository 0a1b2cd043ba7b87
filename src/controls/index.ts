import type { AnyControl } from '../core/control.ts';
import { confinementWith } from './confinement/index.ts';
import { dependencies } from './dependencies/index.ts';
import { integrity } from './integrity/index.ts';
import { kernel } from './kernel/index.ts';
import { kernelKnownKeys } from './kernel/known-keys.ts';
import { neighbours } from './neighbours.ts';

export const confinement = confinementWith(neighbours);

/** Every domain, in the order of reports. */
export const controls: readonly AnyControl[] = [kernel, dependencies, integrity, confinement];

/** Keys that editors offer where a section has free ones, each with what it does. */
export function knownKeys(): ReturnType<typeof kernelKnownKeys> {
  return kernelKnownKeys();
}
