import type { AuditReport } from '../core/audit.ts';
import type { Plan } from '../core/plan.ts';
import type { Verification } from '../core/run.ts';
import type { Host } from '../host/host.ts';
import { apply, type ApplyResult, type StepProgress } from './apply.ts';
import { comeBack, type ComeBackResult } from './come-back.ts';
import { verify } from './verify.ts';

export interface ChangeOptions {
  readonly host: Host;
  readonly plan: Plan;
  /** The audit that the plan was made of. */
  readonly before: AuditReport;
  /** Looks at the machine again, through whichever connection is there afterwards. */
  readonly audit: (host: Host) => Promise<AuditReport>;
  readonly now: Date;
  /** The machine goes back by itself unless the run is confirmed in this time; `null`: it stands at once. */
  readonly confirmWithinSeconds: number | null;
  /** Opens a new connection that proves that the machine can still be reached; without it a person confirms. */
  readonly reopen?: () => Promise<Host>;
  readonly onProgress?: (progress: ChangeProgress) => void;
}

export type ChangeProgress =
  | { readonly kind: 'step'; readonly step: StepProgress }
  | { readonly kind: 'waiting'; readonly what: 'confirmation' | 'fall-back' };

/** How it ended: changed and looked at again, or why not. */
export type ChangeResult =
  | {
      readonly kind: 'changed';
      readonly runId: string;
      /** `awaiting`: the machine goes back unless somebody confirms. */
      readonly standing: 'applied' | 'confirmed' | 'awaiting';
      readonly verification: Verification;
      readonly after: AuditReport;
    }
  | { readonly kind: 'not-applied'; readonly result: Exclude<ApplyResult, { kind: 'applied' | 'awaiting' }> }
  | {
      readonly kind: 'not-confirmed';
      readonly runId: string;
      readonly result: Exclude<ComeBackResult, { kind: 'confirmed' }>;
    };

/** Applies a plan, confirms it through a new connection where that is asked for, and verifies by a second audit. */
export async function changeHost(options: ChangeOptions): Promise<ChangeResult> {
  const { host, plan, now, confirmWithinSeconds, reopen, onProgress } = options;
  const onStep = (step: StepProgress): void => onProgress?.({ kind: 'step', step });
  const result = await apply(host, plan, { now, confirmWithinSeconds, onStep });
  const isToBeConfirmed = result.kind === 'awaiting' || result.kind === 'lost';
  if (isToBeConfirmed && confirmWithinSeconds !== null && reopen !== undefined) {
    return confirmed(options, { runId: result.runId, seconds: confirmWithinSeconds, reopen });
  }
  if (result.kind !== 'applied' && result.kind !== 'awaiting') return { kind: 'not-applied', result };
  return verified(options, { host, runId: result.runId, standing: result.kind });
}

async function confirmed(
  options: ChangeOptions,
  {
    runId,
    seconds,
    reopen,
  }: { readonly runId: string; readonly seconds: number; readonly reopen: () => Promise<Host> },
): Promise<ChangeResult> {
  const onWaiting = (what: 'confirmation' | 'fall-back'): void => options.onProgress?.({ kind: 'waiting', what });
  const result = await comeBack({ reopen, runId, seconds, onWaiting });
  if (result.kind !== 'confirmed') return { kind: 'not-confirmed', runId, result };
  try {
    return await verified(options, { host: result.host, runId, standing: 'confirmed' });
  } finally {
    await result.host.close();
  }
}

interface Standing {
  readonly host: Host;
  readonly runId: string;
  readonly standing: 'applied' | 'confirmed' | 'awaiting';
}

async function verified(
  { plan, before, audit }: ChangeOptions,
  { host, runId, standing }: Standing,
): Promise<ChangeResult> {
  const after = await audit(host);
  return { kind: 'changed', runId, standing, verification: verify(plan, before, after), after };
}
