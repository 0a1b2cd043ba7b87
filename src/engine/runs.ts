import { z } from 'zod';
import { FreeholdError } from '../core/error.ts';
import type { RunState, RunSummary } from '../core/run.ts';
import type { Host } from '../host/host.ts';
import { isRunId, type PlaceOptions, placeOf, placeOn } from './transaction/place.ts';

/**
 * Every run of whoever Freehold acts as on a machine, oldest first. Reads only; throws `refused` when the folder can't be read.
 */
export async function listRuns(host: Host, place: PlaceOptions = {}): Promise<readonly RunSummary[]> {
  const { stateDirectory } = placeOf('', await placeOn(host, place));
  const folder = `${stateDirectory}/runs`;
  const listing = await host.list(folder);
  if (listing.kind === 'missing') return [];
  if (listing.kind === 'unreadable') throw unreadable(listing.message);
  const ids = listing.entries
    .filter((entry) => entry.type === 'directory' && isRunId(entry.name))
    .map(({ name }) => name);
  return Promise.all(ids.map((id) => readRun(host, folder, id)));
}

/** The run that an id or `last` names; `last` is the newest that changed anything and stands. Throws `usage` if there is none. */
export async function findRun(host: Host, name: string, place: PlaceOptions = {}): Promise<RunSummary> {
  const runs = await listRuns(host, place);
  const found = name === 'last' ? runs.findLast(stands) : runs.find((run) => run.id === name);
  if (found !== undefined) return found;
  const message =
    name === 'last' ? 'There is no run to take back on this machine.' : `There is no run ${name} on this machine.`;
  const hint = host.facts.isRoot
    ? '`freehold runs` lists every run.'
    : '`freehold runs` lists every run of yours, and as root those of the machine.';
  throw new FreeholdError('usage', [{ code: 'run/unknown', level: 'error', message, hint }]);
}

/** Whether a run changed anything that is not taken back. */
export function stands({ state }: RunSummary): boolean {
  return state !== 'undone' && state !== 'not-started';
}

async function readRun(host: Host, folder: string, id: string): Promise<RunSummary> {
  const [journal, plan] = await Promise.all([
    text(host, `${folder}/${id}/journal`),
    text(host, `${folder}/${id}/plan.json`),
  ]);
  const lines = journal.split('\n').filter((line) => line !== '');
  return {
    id,
    startedAt: id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z'),
    state: stateOf(lines),
    ...planFacts(plan),
    done: new Set(lines.filter((line) => line.startsWith('done '))).size,
    undoScript: `${folder}/${id}/undo.sh`,
  };
}

function stateOf(journal: readonly string[]): RunState {
  const last = journal.at(-1);
  if (last === 'applied' || last === 'undone') return last;
  if (last === 'awaiting') return 'unconfirmed';
  return last === undefined ? 'not-started' : 'unfinished';
}

const storedPlan = z.object({
  blueprint: z.string(),
  steps: z.array(z.object({ findings: z.array(z.string()) })),
});

/** A run that was cut off early has half a plan, or none. */
function planFacts(plan: string): Pick<RunSummary, 'blueprint' | 'steps' | 'findings'> {
  try {
    const { blueprint, steps } = storedPlan.parse(JSON.parse(plan));
    const findings = [...new Set(steps.flatMap((step) => step.findings))].sort();
    return { blueprint, steps: steps.length, findings };
  } catch {
    return { blueprint: 'unknown', steps: 0, findings: [] };
  }
}

async function text(host: Host, path: string): Promise<string> {
  const result = await host.read(path);
  if (result.kind === 'missing') return '';
  if (result.kind === 'unreadable') throw unreadable(result.message);
  return new TextDecoder().decode(result.bytes);
}

function unreadable(message: string): FreeholdError {
  const hint = 'Only root can read the runs of a machine: sudo freehold runs';
  return new FreeholdError('refused', [{ code: 'run/unreadable', level: 'error', message, hint }]);
}
