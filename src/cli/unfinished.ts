import type { Diagnostic } from '../core/diagnostic.ts';
import { listRuns } from '../engine/runs.ts';
import type { Host } from '../host/host.ts';
import { printDiagnostics } from './diagnostics.ts';

/** Names a run that was cut off, whatever command comes next; only root can see the runs of a machine. */
export async function warnOfUnfinishedRun(host: Host, name?: string): Promise<void> {
  const { isRoot, isRunning, recordedAt } = host.facts;
  if (!isRoot || !isRunning || recordedAt !== undefined) return;
  const where = name === undefined ? '' : `${name}: `;
  const runs = await listRuns(host);
  const unfinished = runs.filter((run) => run.state === 'unfinished');
  const unconfirmed = runs.filter((run) => run.state === 'unconfirmed');
  printDiagnostics([
    ...unconfirmed.map(({ id }): Diagnostic => ({
      code: 'run/unconfirmed',
      level: 'warning',
      message: `${where}The run ${id} waits to be confirmed; otherwise the machine takes it back.`,
      hint: `\`freehold confirm ${id}\` lets it stand, \`freehold rollback ${id}\` takes it back now.`,
    })),
    ...unfinished.map(({ id, steps, done }): Diagnostic => ({
      code: 'run/unfinished',
      level: 'warning',
      message: `${where}The run ${id} was cut off after ${String(done)} of ${String(steps)} steps: this machine is in between.`,
      hint: `\`freehold rollback ${id}\` takes it back, \`freehold resume ${id}\` finishes it.`,
    })),
  ]);
}
