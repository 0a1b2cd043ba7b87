import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import type { AuditReport } from '../core/audit.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import type { Plan } from '../core/plan.ts';
import type { Verification } from '../core/run.ts';
import { apply, requireRoot, withoutIrreversible } from '../engine/apply.ts';
import { makePlan } from '../engine/plan.ts';
import { exitCodeOf, type FailOn } from '../engine/threshold.ts';
import { verify } from '../engine/verify.ts';
import type { Host } from '../host/host.ts';
import { renderPlan } from '../report/index.ts';
import { renderVerification } from '../report/verification.ts';
import { requireBlueprint } from './blueprint.ts';
import { printApplyResult } from './apply-result.ts';
import { auditNow, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';

export interface ApplyCommandOptions {
  readonly blueprint?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly allowIrreversible?: boolean;
  readonly failOn: FailOn;
}

/** `freehold apply` */
export async function applyCommand(options: ApplyCommandOptions): Promise<ExitCode> {
  const blueprint = await requireBlueprint(options.blueprint);
  return withHost(async (host) => {
    if (options.dryRun !== true) requireRoot(host, 'apply');
    const audit = (): Promise<AuditReport> => auditNow(host, blueprint);
    const before = await audit();
    const whole = await makePlan(before, host);
    const plan = options.allowIrreversible === true ? whole : withoutIrreversible(whole);
    const isAboutToBeApplied = options.dryRun !== true;
    process.stdout.write(renderPlan(plan, { ...terminalOptions(process.stdout), isAboutToBeApplied }));
    if (options.dryRun === true) return plan.steps.length > 0 ? EXIT.findings : exitCodeOf(before, options.failOn);
    if (plan.steps.length === 0) return exitCodeOf(before, options.failOn);
    if (options.yes !== true && !(await isConfirmed())) return EXIT.findings;
    return transact({ host, plan, before, audit, failOn: options.failOn });
  });
}

interface Transaction {
  readonly host: Host;
  readonly plan: Plan;
  readonly before: AuditReport;
  readonly audit: () => Promise<AuditReport>;
  readonly failOn: FailOn;
}

async function transact({ host, plan, before, audit, failOn }: Transaction): Promise<ExitCode> {
  const result = await withoutInterruption(() => apply(host, plan, { now: new Date() }));
  const code = printApplyResult(result);
  if (result.kind !== 'applied') return code;
  const after = await audit();
  const verification = verify(plan, before, after);
  process.stdout.write(renderVerification(verification, terminalOptions(process.stdout)));
  return hasFailed(verification) ? EXIT.findings : exitCodeOf(after, failOn);
}

function hasFailed({ notMended, spoiled }: Verification): boolean {
  return notMended.length > 0 || spoiled.length > 0;
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

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    const message = 'Nobody is here to be asked whether this plan should be applied.';
    const hint = 'Say --yes to apply it without asking, or --dry-run to see it only.';
    throw new FreeholdError('usage', [{ code: 'apply/not-confirmed', level: 'error', message, hint }]);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('Apply this plan? [y/N] ');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
