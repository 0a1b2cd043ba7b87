import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

/** The engines that are known to have the settings, and to ask for them each time that they count. */
const IS_KNOWN = /^1[34]\./.test(process.versions.v8);

const THREADS = '/proc/self/task';
const HELPER_NAME = 'V8Worker';
/** A helper gets a third of what the program gets where both want the same processor: each step is a factor of 1.25 (sched(7)). */
const HELPER_NICENESS = 5;

/** Has V8 work for a program that ends in a moment, on a machine that others use as well. */
export function setUpEngine(): void {
  // Ten thousand packages or a log of 200,000 lines pass through, and the heap would grow as for a server.
  set('--heap-growing-percent=100');
  keepNursery();
  letHelpersYield();
}

/** Lets the nursery double where much of it is still in use, as V8 does by itself, until {@link keepNursery}: it would reach 64 MiB. */
export function growNursery(): void {
  set('--semi-space-growth-factor=2');
}

/** The nursery stays as large as it is. */
export function keepNursery(): void {
  set('--semi-space-growth-factor=1');
}

function set(flag: string): void {
  if (IS_KNOWN) setFlagsFromString(flag);
}

/**
 * V8 compiles and collects in four threads beside the program's own. Where processors are free that is for nothing; where there are two,
 * it takes the program's time: so the helpers come after it.
 */
function letHelpersYield(): void {
  try {
    const niceness = Math.min(getPriority() + HELPER_NICENESS, constants.priority.PRIORITY_LOW);
    for (const id of readdirSync(THREADS)) {
      const name = readFileSync(`${THREADS}/${id}/comm`, 'latin1').trimEnd();
      if (name === HELPER_NAME) setPriority(Number(id), niceness);
    }
  } catch {
    // Where threads are not seen, or may not be told, all of them go on as they were: only the time is another.
  }
}
