import type { Diagnostic } from '../core/diagnostic.ts';
import { type ExitCode, FreeholdError } from '../core/error.ts';
import type { RunSummary } from '../core/run.ts';
import { requireChangeable } from '../engine/apply.ts';
import { listRuns, stands } from '../engine/runs.ts';
import type { PlaceOptions } from '../engine/transaction/place.ts';
import type { Host } from '../host/host.ts';
import { printDiagnostics } from './diagnostics.ts';
import { type RollbackCommandOptions, rollbackOf } from './rollback.ts';

/** `freehold confine rollback` */
export async function confineRollbackCommand(name: string, options: RollbackCommandOptions): Promise<ExitCode> {
  return rollbackOf(async (host) => {
    if (name !== 'last') return name;
    requireChangeable(host, 'confine rollback', { needsRoot: false });
    const { run, said } = await lastOfProfiles(host);
    printDiagnostics(said);
    return run.id;
  }, options);
}

export interface ChosenRun {
  readonly run: RunSummary;
  /** What a person has to know of the choice. */
  readonly said: readonly Diagnostic[];
}

/** The newest run that changed profiles and stands, be there newer ones of other things; throws `usage` if there is none. */
export async function lastOfProfiles(host: Host, place: PlaceOptions = {}): Promise<ChosenRun> {
  const standing = (await listRuns(host, place)).filter(stands);
  const run = standing.findLast(({ findings }) => findings.some(isOfProfiles));
  if (run === undefined) {
    const message = `No run that changed profiles stands on ${host.facts.address}.`;
    const hint = '`freehold runs` lists every run; `freehold rollback` takes back the last one, whatever it changed.';
    throw new FreeholdError('usage', [{ code: 'run/unknown', level: 'error', message, hint }]);
  }
  const newer = standing.slice(standing.indexOf(run) + 1);
  const others = run.findings.filter((finding) => !isOfProfiles(finding));
  return {
    run,
    said: [
      ...(newer.length === 0 ? [] : [notTheNewest(run, newer)]),
      ...(others.length === 0 ? [] : [notAlone(run, others)]),
    ],
  };
}

/** Of the domain's findings those that only profiles mend; whether AppArmor is started at boot is another matter. */
function isOfProfiles(finding: string): boolean {
  return finding.startsWith('confinement/') && finding !== 'confinement/apparmor';
}

function notTheNewest({ id }: RunSummary, newer: readonly RunSummary[]): Diagnostic {
  const names = newer.map((one) => one.id).join(', ');
  return {
    code: 'confine/newer-runs',
    level: 'warning',
    message: `The last run that changed profiles is ${id}: it is taken back, and what came after it stays (${names}).`,
  };
}

function notAlone({ id }: RunSummary, others: readonly string[]): Diagnostic {
  return {
    code: 'confine/other-changes',
    level: 'warning',
    message: `The run ${id} changed more than profiles, and is taken back as a whole: ${others.join(', ')}.`,
  };
}
