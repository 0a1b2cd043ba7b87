import type { AuditReport } from '../core/audit.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { compareSeverity, type Severity } from '../core/severity.ts';

/** From which severity on failing findings make a command exit 1. */
export type FailOn = Severity | 'never';

/** How a command that audited ends: 3 if a domain broke, 1 if something fails at or over the threshold, else 0. */
export function exitCodeOf(report: AuditReport, failOn: FailOn): ExitCode {
  if (report.domains.some((domain) => domain.error !== undefined)) return EXIT.unreachable;
  const fails = report.findings.some(
    ({ outcome, severity }) => outcome === 'fail' && failOn !== 'never' && compareSeverity(severity, failOn) >= 0,
  );
  return fails ? EXIT.findings : EXIT.clean;
}
