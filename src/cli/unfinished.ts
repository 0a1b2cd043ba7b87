import type { Diagnostic } from '../core/diagnostic.ts';
import { listRuns } from '../engine/runs.ts';
import type { Host } from '../host/host.ts';
import { printDiagnostics } from './diagnostics.ts';

/** Names a run that was cut off, whatever command comes next; only root can see the runs of a machine. */
export async function warnOfUnfinishedRun(host: Host): Promise<void> {
  if (!host.facts.isRoot) return;
  const unfinished = (await listRuns(host)).filter((run) => run.state === 'unfinished');
  printDiagnostics(
    unfinished.map(({ id, steps, done }): Diagnostic => ({
      code: 'run/unfinished',
      level: 'warning',
      message: `The run ${id} was cut off after ${String(done)} of ${String(steps)} steps: this machine is in between.`,
      hint: `\`freehold rollback ${id}\` takes it back, \`freehold resume ${id}\` finishes it.`,
    })),
  );
}
