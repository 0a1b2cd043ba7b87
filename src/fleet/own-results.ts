import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Enough to look back at, and to go on with what was interrupted; a run of 200 machines has some 20 MB. */
const KEPT_RUNS = 20;
const RUN_NAME = /^\d{8}T\d{6}Z-\d+$/;

/** A name for the results of a run that begins now: it sorts by time, and two runs of one second differ. */
export function newRunFolder(parent: string, { now, pid }: { readonly now: Date; readonly pid: number }): string {
  return join(parent, `${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${String(pid)}`);
}

/** The folder of the newest run, if there is one. */
export function lastRunFolder(parent: string): string | undefined {
  const last = runsIn(parent).at(-1);
  return last === undefined ? undefined : join(parent, last);
}

/** Removes the results of all but the newest runs, and touches nothing else that lies there. */
export function removeOldRuns(parent: string): void {
  for (const name of runsIn(parent).slice(0, -KEPT_RUNS)) {
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Somebody else's: it stays, and is no reason not to look at machines.
    }
  }
}

function runsIn(parent: string): readonly string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && RUN_NAME.test(entry.name))
    .map(({ name }) => name)
    .sort();
}
