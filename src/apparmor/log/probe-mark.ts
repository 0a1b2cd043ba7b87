import type { AccessEvent } from './event.ts';

/** The name of the process in which `freehold confine probe` tries a profile; 15 bytes at most (TASK_COMM_LEN of linux/sched.h). */
export const PROBE_COMM = 'freehold-probe';

/**
 * Whether Freehold did it to see a profile work: it is nobody's work, and no profile needs it. Any process can take the name; whoever
 * leaves such events out gets a profile that allows less and is enforced sooner, never one that allows more.
 */
export function isOfProbe({ comm }: Pick<AccessEvent, 'comm'>): boolean {
  return comm === PROBE_COMM;
}
