import process from 'node:process';
import type { ExitCode } from '../core/error.ts';
import { type FailOn, exitCodeOf } from '../engine/threshold.ts';
import { AUDIT_FORMATS, type AuditFormat, renderHtml } from '../report/index.ts';
import { requireBlueprint } from './blueprint.ts';
import { writeOutput, writeReportFile } from './output.ts';
import { auditNow, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';

export interface AuditCommandOptions {
  readonly blueprint?: string;
  readonly format: AuditFormat;
  readonly output?: string;
  readonly html?: string;
  readonly failOn: FailOn;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `freehold audit` */
export async function auditCommand(options: AuditCommandOptions): Promise<ExitCode> {
  const blueprint = await requireBlueprint(options.blueprint);
  const report = await withHost((host) => auditNow(host, blueprint));
  const verbosity = options.verbose === true ? 'verbose' : options.quiet === true ? 'quiet' : 'default';
  const terminal = terminalOptions(process.stdout);
  const color = terminal.color && options.output === undefined;
  writeOutput(AUDIT_FORMATS[options.format].render(report, { ...terminal, color, verbosity }), options.output);
  if (options.html !== undefined) writeReportFile(options.html, renderHtml(report));
  return exitCodeOf(report, options.failOn);
}
