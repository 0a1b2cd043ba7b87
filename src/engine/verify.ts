import type { AuditedFinding, AuditReport } from '../core/audit.ts';
import type { Plan } from '../core/plan.ts';
import type { Verification } from '../core/run.ts';

/** Holds the machine as it is now against what a plan set out to do. */
export function verify(plan: Plan, before: AuditReport, after: AuditReport): Verification {
  const leftOut = new Set(plan.leftOut.map(({ finding }) => finding));
  const aimed = new Set(plan.steps.flatMap((step) => step.findings).filter((id) => !leftOut.has(id)));
  const passedBefore = new Set(before.findings.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id));
  const isWrong = ({ outcome }: AuditedFinding): boolean => outcome === 'fail' || outcome === 'unknown';
  const stillWrong = after.findings.filter((finding) => aimed.has(finding.id) && isWrong(finding));
  const isWaiting = ({ remedy }: AuditedFinding): boolean => remedy?.kind === 'reboot';
  const wrong = new Set(stillWrong.map(({ id }) => id));
  return {
    mended: [...aimed].filter((id) => !wrong.has(id)).sort(),
    notMended: stillWrong.filter((finding) => !isWaiting(finding)),
    awaitingReboot: stillWrong.filter(isWaiting),
    spoiled: after.findings.filter((finding) => passedBefore.has(finding.id) && isWrong(finding)),
  };
}

/** A run that did not mend what it changed, or broke something else, has failed. */
export function hasFailed({ notMended, spoiled }: Verification): boolean {
  return notMended.length > 0 || spoiled.length > 0;
}
