import process from 'node:process';
import { dependencies } from '../controls/dependencies/index.ts';
import { packageReports } from '../controls/dependencies/judgement/package-report.ts';
import type { DependenciesState } from '../controls/dependencies/state.ts';
import { describeLocation } from '../core/describe.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { audit } from '../engine/audit.ts';
import { exitCodeOf, type FailOn } from '../engine/threshold.ts';
import { AUDIT_FORMATS, type AuditFormat } from '../report/index.ts';
import { renderPipAudit } from '../report/pip-audit.ts';
import { type AdvisoryOptions, advisoriesOf, requireAdvisories } from './advisories.ts';
import type { ConnectionOptions } from './connection.ts';
import { loadDependenciesWish, narrowed, type ScopeOptions, scopeOf } from './deps-scope.ts';
import { printDiagnostics } from './diagnostics.ts';
import { writeOutput } from './output.ts';
import { type EvidenceOptions, openRecording } from './recording.ts';
import { auditEvidence, packagesEvidence } from './run-evidence.ts';
import { targetOf, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';
import { freeholdVersion } from './version.ts';

export interface DepsAuditCommandOptions extends AdvisoryOptions, ConnectionOptions, EvidenceOptions, ScopeOptions {
  readonly format: AuditFormat | 'pip-audit';
  readonly output?: string;
  readonly failOn: FailOn;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `freehold deps audit` */
export async function depsAuditCommand(
  address: string | undefined,
  options: DepsAuditCommandOptions,
): Promise<ExitCode> {
  const target = targetOf(address, options);
  const scope = scopeOf(target.address, options);
  const wish = await loadDependenciesWish(options);
  const advisories = advisoriesOf(options);
  const now = new Date();
  await requireAdvisories(advisories);
  const recording = await openRecording(options);
  return withHost(target, async (host) => {
    const { blueprint, policy } = await narrowed(wish, scope, host);
    if (options.format === 'pip-audit') {
      const state = await dependencies.observe(host, policy, { now, advisories });
      printDiagnostics(shortcomings(state));
      const reports = packageReports(state, policy);
      writeOutput(renderPipAudit(reports), options.output);
      await recording.record(packagesEvidence(reports, { machine: host.facts, blueprint, startedAt: now }));
      const hasVulnerable = reports.some(({ vulnerabilities }) => vulnerabilities.length > 0);
      return recording.exitCode(hasVulnerable ? EXIT.findings : EXIT.clean);
    }
    const controls = [dependencies];
    const report = await audit({ host, blueprint, controls, version: freeholdVersion(), startedAt: now, advisories });
    await recording.record(auditEvidence('deps audit', report));
    const verbosity = options.verbose === true ? 'verbose' : options.quiet === true ? 'quiet' : 'default';
    const terminal = terminalOptions(process.stdout);
    const color = terminal.color && options.output === undefined;
    writeOutput(AUDIT_FORMATS[options.format].render(report, { ...terminal, color, verbosity }), options.output);
    return recording.exitCode(exitCodeOf(report, options.failOn));
  });
}

/** pip-audit's format has no place for what could not be read. */
function shortcomings({ places, problems }: DependenciesState): readonly Diagnostic[] {
  return [...problems, ...places.flatMap((place) => place.problems)].map(({ where, message }) => ({
    code: 'deps/unread',
    level: 'warning',
    message: `${describeLocation(where)}: ${message}`,
  }));
}
