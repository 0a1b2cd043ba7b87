import { resolve } from 'node:path';
import process from 'node:process';
import type { Blueprint } from '../blueprint/index.ts';
import { dependencies } from '../controls/dependencies/index.ts';
import { packageReports } from '../controls/dependencies/judgement/package-report.ts';
import { dependenciesPolicy, type DependenciesPolicy } from '../controls/dependencies/policy.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { audit } from '../engine/audit.ts';
import { exitCodeOf, type FailOn } from '../engine/threshold.ts';
import { AUDIT_FORMATS, type AuditFormat } from '../report/index.ts';
import { renderPipAudit } from '../report/pip-audit.ts';
import { type AdvisoryOptions, advisoriesOf } from './advisories.ts';
import { requireBlueprint } from './blueprint.ts';
import type { ConnectionOptions } from './connection.ts';
import { writeOutput } from './output.ts';
import { targetOf, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';
import { freeholdVersion } from './version.ts';

export interface DepsAuditCommandOptions extends AdvisoryOptions, ConnectionOptions {
  readonly blueprint?: string;
  /** Folders that are looked into instead of the whole machine. */
  readonly in?: readonly string[];
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
  const { blueprint, policy } = await wishOf(options);
  const advisories = advisoriesOf(options);
  const now = new Date();
  const known = await advisories();
  if (known.kind === 'none') throw noAdvisories(known);
  return withHost(targetOf(address, options), async (host) => {
    if (options.format === 'pip-audit') {
      const state = await dependencies.observe(host, policy, { now, advisories });
      const reports = packageReports(state, policy);
      writeOutput(renderPipAudit(reports), options.output);
      return reports.some(({ vulnerabilities }) => vulnerabilities.length > 0) ? EXIT.findings : EXIT.clean;
    }
    const controls = [dependencies];
    const report = await audit({ host, blueprint, controls, version: freeholdVersion(), startedAt: now, advisories });
    const verbosity = options.verbose === true ? 'verbose' : options.quiet === true ? 'quiet' : 'default';
    const terminal = terminalOptions(process.stdout);
    const color = terminal.color && options.output === undefined;
    writeOutput(AUDIT_FORMATS[options.format].render(report, { ...terminal, color, verbosity }), options.output);
    return exitCodeOf(report, options.failOn);
  });
}

interface Wish {
  readonly blueprint: Blueprint;
  readonly policy: DependenciesPolicy;
}

/** The blueprint's own section where it has one, in the folders that were named where some were. */
async function wishOf(options: DepsAuditCommandOptions): Promise<Wish> {
  const loaded = await requireBlueprint(options.blueprint, { preset: 'dependencies' });
  const wished = dependenciesPolicy.parse(loaded.policies.get(dependencies.id) ?? {});
  const folders = (options.in ?? []).map((folder) => resolve(folder));
  const policy = folders.length === 0 ? wished : { ...wished, search: folders, projects: folders };
  return { blueprint: { ...loaded, policies: new Map([[dependencies.id, policy]]) }, policy };
}

function noAdvisories({ reason, hint }: { readonly reason: string; readonly hint: string }): FreeholdError {
  return new FreeholdError('usage', [{ code: 'advisories/none', level: 'error', message: reason, hint }]);
}
