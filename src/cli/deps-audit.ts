import { isAbsolute, resolve } from 'node:path';
import process from 'node:process';
import type { Blueprint } from '../blueprint/index.ts';
import { dependencies } from '../controls/dependencies/index.ts';
import { packageReports } from '../controls/dependencies/judgement/package-report.ts';
import { dependenciesPolicy, type DependenciesPolicy } from '../controls/dependencies/policy.ts';
import type { DependenciesState } from '../controls/dependencies/state.ts';
import { describeLocation } from '../core/describe.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { audit } from '../engine/audit.ts';
import { exitCodeOf, type FailOn } from '../engine/threshold.ts';
import { AUDIT_FORMATS, type AuditFormat } from '../report/index.ts';
import { renderPipAudit } from '../report/pip-audit.ts';
import { type AdvisoryOptions, advisoriesOf } from './advisories.ts';
import { requireBlueprint } from './blueprint.ts';
import type { ConnectionOptions } from './connection.ts';
import { printDiagnostics } from './diagnostics.ts';
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
  const target = targetOf(address, options);
  const folders = foldersOf(target.address, options);
  const { blueprint, policy } = await wishOf(folders, options);
  const advisories = advisoriesOf(options);
  const now = new Date();
  const known = await advisories();
  if (known.kind === 'none') throw noAdvisories(known);
  return withHost(target, async (host) => {
    for (const folder of folders) if ((await host.list(folder)).kind === 'missing') throw noFolder(folder);
    if (options.format === 'pip-audit') {
      const state = await dependencies.observe(host, policy, { now, advisories });
      printDiagnostics(shortcomings(state));
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
async function wishOf(folders: readonly string[], options: DepsAuditCommandOptions): Promise<Wish> {
  const loaded = await requireBlueprint(options.blueprint, { preset: 'dependencies' });
  const wished = dependenciesPolicy.parse(loaded.policies.get(dependencies.id) ?? {});
  const policy = folders.length === 0 ? wished : { ...wished, search: [...folders], projects: [...folders] };
  // A waiver for another domain isn't idle because that domain isn't looked at.
  const waivers = loaded.waivers.filter(({ finding }) => /^(?:dependencies\/|\*)/.test(finding));
  return { blueprint: { ...loaded, waivers, policies: new Map([[dependencies.id, policy]]) }, policy };
}

/** Where a command works on another machine, this one's current folder means nothing there. */
function foldersOf(address: string, { in: folders = [] }: DepsAuditCommandOptions): readonly string[] {
  const relative = address === 'local' ? undefined : folders.find((folder) => !isAbsolute(folder));
  if (relative === undefined) return folders.map((folder) => resolve(folder));
  const message = `${relative} is a folder of ${address}, and must be named from the root on.`;
  throw new FreeholdError('usage', [{ code: 'deps/folder', level: 'error', message, hint: 'Begin it with a slash.' }]);
}

function noFolder(folder: string): FreeholdError {
  const message = `There is no folder ${folder}.`;
  const hint = 'Name one that is there with --in, or leave it out to look everywhere.';
  return new FreeholdError('usage', [{ code: 'deps/folder', level: 'error', message, hint }]);
}

/** pip-audit's format has no place for what could not be read. */
function shortcomings({ places, problems }: DependenciesState): readonly Diagnostic[] {
  return [...problems, ...places.flatMap((place) => place.problems)].map(({ where, message }) => ({
    code: 'deps/unread',
    level: 'warning',
    message: `${describeLocation(where)}: ${message}`,
  }));
}

function noAdvisories({ reason, hint }: { readonly reason: string; readonly hint: string }): FreeholdError {
  return new FreeholdError('usage', [{ code: 'advisories/none', level: 'error', message: reason, hint }]);
}
