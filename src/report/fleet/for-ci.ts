import type { AuditReport } from '../../core/audit.ts';
import type { FleetReport } from '../../core/fleet.ts';
import { junitDocument } from '../junit.ts';
import { sarifLog } from '../sarif.ts';

/** SARIF 2.1.0, a run a machine; the run of one that could not be looked at was not successful and says why. */
export function renderFleetSarif(report: FleetReport): string {
  return sarifLog(namedReports(report), missingMachines(report));
}

/** JUnit XML, a suite for each domain of each machine; one that could not be looked at is an error of its own. */
export function renderFleetJunit(report: FleetReport): string {
  const missing = missingMachines(report);
  const name = `freehold audit of ${String(report.hosts.length)} machines`;
  return junitDocument({ name, durationMs: report.durationMs, reports: namedReports(report), missing });
}

function missingMachines({ hosts }: FleetReport): readonly { readonly name: string; readonly reason: string }[] {
  return hosts.flatMap((host) =>
    host.kind === 'failed' ? [{ name: host.name, reason: host.problems.map(({ message }) => message).join('; ') }] : [],
  );
}

/** By the names of the inventory, which are unique; host names needn't be. */
function namedReports({ hosts }: FleetReport): readonly AuditReport[] {
  return hosts.flatMap((host) =>
    host.kind === 'audited' ? [{ ...host.report, host: { ...host.report.host, hostname: host.name } }] : [],
  );
}
