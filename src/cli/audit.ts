import process from 'node:process';
import type { ExitCode } from '../core/error.ts';
import { exitCodeOf } from '../engine/threshold.ts';
import { AUDIT_FORMATS, renderHtml } from '../report/index.ts';
import { requireBlueprint } from './blueprint.ts';
import type { FleetAuditCommandOptions } from './audit-fleet.ts';
import { isFleet } from './targets.ts';
import { writeOutput, writeReportFile } from './output.ts';
import { openRecording } from './recording.ts';
import { auditEvidence } from './run-evidence.ts';
import { auditNow, targetOf, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';

export interface AuditCommandOptions extends FleetAuditCommandOptions {
  readonly blueprint?: string;
}

/** `freehold audit` */
export async function auditCommand(hosts: readonly string[], options: AuditCommandOptions): Promise<ExitCode> {
  const blueprint = await requireBlueprint(options.blueprint);
  if (isFleet(hosts, options)) {
    const { auditFleetCommand } = await import('./audit-fleet.ts');
    return auditFleetCommand(hosts, blueprint, options);
  }
  const target = targetOf(hosts[0], options);
  const recording = await openRecording(options);
  const report = await withHost(target, async (host) => {
    const audited = await auditNow(host, blueprint, options);
    if (options.verbose === true && host.roundTrips !== undefined) {
      process.stderr.write(`${target.address}: ${String(host.roundTrips)} round trips\n`);
    }
    return audited;
  });
  await recording.record(auditEvidence('audit', report));
  const verbosity = options.verbose === true ? 'verbose' : options.quiet === true ? 'quiet' : 'default';
  const terminal = terminalOptions(process.stdout);
  const color = terminal.color && options.output === undefined;
  writeOutput(AUDIT_FORMATS[options.format].render(report, { ...terminal, color, verbosity }), options.output);
  if (options.html !== undefined) writeReportFile(options.html, renderHtml(report));
  return recording.exitCode(exitCodeOf(report, options.failOn));
}
