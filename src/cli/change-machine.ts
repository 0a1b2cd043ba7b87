import process from 'node:process';
import type { AuditReport } from '../core/audit.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import type { Plan } from '../core/plan.ts';
import { withoutIrreversible } from '../engine/apply.ts';
import { changeHost, type ChangeProgress, type ChangeResult } from '../engine/change-host.ts';
import { makePlan } from '../engine/plan.ts';
import { exitCodeOf, type FailOn } from '../engine/threshold.ts';
import { hasFailed } from '../engine/verify.ts';
import type { Host } from '../host/host.ts';
import { renderPlan } from '../report/index.ts';
import { renderVerification } from '../report/verification.ts';
import { applyDiagnostic } from './apply-result.ts';
import { askYesNo } from './ask.ts';
import { comeBackDiagnostic } from './come-back.ts';
import { confirmSeconds, isBehindSsh } from './confirm-within.ts';
import { printDiagnostics } from './diagnostics.ts';
import type { Recording } from './recording.ts';
import { changeEvidence } from './run-evidence.ts';
import { reopenHost, type Target } from './session.ts';
import { StatusLine } from './status-line.ts';
import { terminalOptions } from './terminal.ts';

/** The options of a command that changes a machine. */
export interface ChangeMachineOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly confirmWithin?: number | 'never';
  readonly allowIrreversible?: boolean;
  readonly failOn: FailOn;
}

export interface MachineChange {
  readonly target: Target;
  readonly host: Host;
  /** Its remedies are what is planned. */
  readonly before: AuditReport;
  /** Looks at the machine again, through whichever connection is there afterwards. */
  readonly audit: (host: Host) => Promise<AuditReport>;
  readonly options: ChangeMachineOptions;
  readonly recording: Recording;
  /** As it was typed: `apply`. */
  readonly command: string;
  /** Sees for itself, when all is changed, that it has the effect; says so, and answers whether it has. */
  readonly prove?: () => Promise<boolean>;
  /** Decides, with the machine waiting to be confirmed, whether the run stands; without it a new connection or a person does. */
  readonly hold?: (runId: string) => Promise<HoldEnd>;
}

/** How it ended for a run that was held: it stands, was taken back, or the machine takes it back by itself. */
export interface HoldEnd {
  readonly stands: boolean;
  /** For a person. */
  readonly message: string;
}

/** Shows what would be changed, and makes the changes if somebody says so. */
export async function changeMachine(change: MachineChange): Promise<ExitCode> {
  const { host, before, options } = change;
  const whole = await makePlan(before, host);
  const plan = options.allowIrreversible === true ? whole : withoutIrreversible(whole);
  const isDryRun = options.dryRun === true;
  process.stdout.write(
    renderPlan(plan, { ...terminalOptions(process.stdout), isAboutToBeApplied: !isDryRun, isDryRun }),
  );
  if (isDryRun) return plan.steps.length > 0 ? EXIT.findings : exitCodeOf(before, options.failOn);
  if (plan.steps.length === 0) {
    const end = { kind: 'unchanged' } as const;
    await change.recording.record(
      changeEvidence({ command: change.command, before, plan, end, startedAt: new Date(before.startedAt) }),
    );
    return change.recording.exitCode(exitCodeOf(before, options.failOn));
  }
  if (options.yes !== true && !(await askYesNo('Apply this plan? [y/N] ', NOBODY))) return EXIT.findings;
  return change.recording.exitCode(await transact(plan, change));
}

async function transact(plan: Plan, change: MachineChange): Promise<ExitCode> {
  const { target, host, before, audit, options } = change;
  const startedAt = new Date();
  const confirmWithinSeconds = confirmSeconds(target.address, options.confirmWithin);
  const status = new StatusLine();
  const result = await recorded({ plan, change, startedAt }, () =>
    changeHost({
      host,
      plan,
      before,
      audit,
      now: startedAt,
      confirmWithinSeconds,
      // What a new connection reaches others reach too; here somebody must come by another way.
      ...(change.hold === undefined && isBehindSsh(target.address) && { reopen: () => reopenHost(target) }),
      onProgress: (progress) => {
        status.show(describeProgress(progress));
      },
    }),
  );
  status.clear();
  switch (result.kind) {
    case 'changed':
      reportChange(result, change, confirmWithinSeconds);
      return endOf(result, change);
    case 'not-applied':
      printDiagnostics([applyDiagnostic(result.result)]);
      return EXIT.unreachable;
    case 'not-confirmed':
      printDiagnostics([comeBackDiagnostic(result.result, { address: target.address, runId: result.runId })]);
      return EXIT.unreachable;
  }
}

type Changed = Extract<ChangeResult, { kind: 'changed' }>;

/** Whether its end is decided by a watch. */
function isHeld({ standing }: Changed, { hold }: MachineChange): boolean {
  return standing === 'awaiting' && hold !== undefined;
}

/** What was changed is shown before somebody waits for what becomes of it. */
function reportChange(result: Changed, change: MachineChange, confirmWithinSeconds: number | null): void {
  const { runId, standing, verification } = result;
  const how = standing === 'confirmed' ? ', and confirmed through a new connection' : '';
  process.stdout.write(
    isHeld(result, change)
      ? `Applied as run ${runId}; it stands when the watch has ended well.\n`
      : `Applied as run ${runId}${how}.\n`,
  );
  if (standing === 'awaiting' && !isHeld(result, change)) {
    process.stdout.write(
      `It is taken back in ${String(confirmWithinSeconds)} s unless you confirm it, best from a new login: freehold confirm ${runId}\n`,
    );
  }
  process.stdout.write(renderVerification(verification, terminalOptions(process.stdout)));
}

/** Who interrupts a watch leaves the machine to go back by itself. */
async function endOf(result: Changed, change: MachineChange): Promise<ExitCode> {
  const { runId, verification, after } = result;
  const isProved = (await change.prove?.()) ?? true;
  const end = isHeld(result, change) ? await change.hold?.(runId) : undefined;
  if (end !== undefined) process.stdout.write(`${end.message}\n`);
  if (!isProved || hasFailed(verification) || end?.stands === false) return EXIT.findings;
  return end === undefined ? exitCodeOf(after, change.options.failOn) : EXIT.clean;
}

interface Begun {
  readonly plan: Plan;
  readonly change: MachineChange;
  readonly startedAt: Date;
}

/** However it ends, there is evidence of it: where the connection broke, that it did. */
async function recorded({ plan, change, startedAt }: Begun, work: () => Promise<ChangeResult>): Promise<ChangeResult> {
  const { command, before, recording } = change;
  try {
    const result = await withoutInterruption(work);
    await recording.record(changeEvidence({ command, before, plan, end: result, startedAt }));
    return result;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await recording.record(changeEvidence({ command, before, plan, end: { kind: 'broken', reason }, startedAt }));
    throw error;
  }
}

/** Ctrl-C reaches the transaction's own script, which goes back in good order; until it has, this process stays. */
async function withoutInterruption<Result>(work: () => Promise<Result>): Promise<Result> {
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    return await work();
  } finally {
    process.off('SIGINT', ignore);
  }
}

function describeProgress(progress: ChangeProgress): string {
  if (progress.kind === 'step') return `Step ${String(progress.step.number)} of ${String(progress.step.count)}`;
  const isConfirmation = progress.what === 'confirmation';
  return isConfirmation ? 'Confirming through a new connection …' : 'Waiting until the machine has gone back …';
}

const NOBODY = {
  message: 'Nobody is here to be asked whether this plan should be applied.',
  hint: 'Say --yes to apply it without asking, or --dry-run to see it only.',
};
