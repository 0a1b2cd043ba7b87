import { join } from 'node:path';
import process from 'node:process';
import type { Blueprint } from '../blueprint/index.ts';
import { controls } from '../controls/index.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import type { FleetReport, HostResult } from '../core/fleet.ts';
import { exitCodeOf, type FailOn } from '../engine/threshold.ts';
import { auditFleet } from '../fleet/audit-fleet.ts';
import { lastRunFolder, newRunFolder, removeOldRuns } from '../fleet/own-results.ts';
import { ResultsFolder } from '../fleet/results-folder.ts';
import type { FleetTarget } from '../fleet/target.ts';
import { type AuditFormat, FLEET_FORMATS, renderFleetHtml } from '../report/index.ts';
import { type AdvisoryOptions, advisoriesOf } from './advisories.ts';
import { printDiagnostics } from './diagnostics.ts';
import type { FleetOptions } from './fleet-options.ts';
import { FleetProgress } from './fleet-progress.ts';
import { writeOutput, writePieces, writeReportFile } from './output.ts';
import { type EvidenceOptions, openRecording, type Recording } from './recording.ts';
import { hostEvidence } from './run-evidence.ts';
import { stateFolder } from './state-folder.ts';
import { resolveTargets } from './targets.ts';
import { terminalOptions } from './terminal.ts';
import { warnOfUnfinishedRun } from './unfinished.ts';
import { freeholdVersion } from './version.ts';

export interface FleetAuditCommandOptions extends FleetOptions, AdvisoryOptions, EvidenceOptions {
  readonly format: AuditFormat;
  readonly output?: string;
  readonly html?: string;
  readonly failOn: FailOn;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Where each machine's result is kept as it comes. */
  readonly results?: string;
  readonly resume?: boolean;
}

const MS_PER_SECOND = 1000;

/** `freehold audit` with several machines. */
export async function auditFleetCommand(
  words: readonly string[],
  blueprint: Blueprint,
  options: FleetAuditCommandOptions,
): Promise<ExitCode> {
  const targets = await resolveTargets(words, { blueprint, options });
  const recording = await openRecording(options);
  const folder = resultsFolder(options);
  const { report, wasInterrupted } = await look(targets, { folder, recording }, options);
  const verbosity = options.verbose === true ? 'verbose' : options.quiet === true ? 'quiet' : 'default';
  const terminal = terminalOptions(process.stdout);
  const color = terminal.color && options.output === undefined;
  const format = FLEET_FORMATS[options.format];
  if (format.pieces !== undefined) writePieces(format.pieces(report), options.output);
  else writeOutput(format.render(report, { ...terminal, color, verbosity }), options.output);
  if (options.html !== undefined) writeReportFile(options.html, renderFleetHtml(report));
  if (wasInterrupted)
    process.stderr.write(`Interrupted. To go on: the same command with --resume --results ${folder.path}\n`);
  else if (options.verbose === true) process.stderr.write(`Each machine's own report: ${folder.path}\n`);
  return recording.exitCode(fleetExitCode(report, options.failOn));
}

interface Look {
  readonly report: FleetReport;
  readonly wasInterrupted: boolean;
}

async function look(
  targets: readonly FleetTarget[],
  { folder, recording }: { readonly folder: ResultsFolder; readonly recording: Recording },
  options: FleetAuditCommandOptions,
): Promise<Look> {
  const startedAt = new Date();
  const known = new Map<string, HostResult>();
  for (const target of options.resume === true ? targets : []) {
    const result = folder.find(target);
    if (result !== undefined) known.set(target.name, result);
  }
  const progress = new FleetProgress({ total: targets.length, isVerbose: options.verbose === true });
  progress.skip(known.size);
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const report = await auditFleet(targets, {
      controls,
      known,
      version: freeholdVersion(),
      now: () => new Date(),
      advisories: advisoriesOf(options),
      random: Math.random,
      concurrency: options.concurrency,
      timeoutMs: options.hostTimeout * MS_PER_SECOND,
      retries: options.retries,
      signal: interruption.signal,
      onBegin: ({ name }) => {
        progress.begin(name);
      },
      onReached: (host, { name }) => warnOfUnfinishedRun(host, name),
      onResult: async (result, visit) => {
        progress.end(result, visit);
        await keep(folder, result);
        await recording.record(hostEvidence(result, startedAt));
      },
    });
    return { report, wasInterrupted: interruption.signal.aborted };
  } finally {
    progress.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** A full disk must not end the look at the other machines: the report has everything all the same. */
async function keep(folder: ResultsFolder, result: HostResult): Promise<void> {
  try {
    await folder.keep(result);
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    printDiagnostics(error.diagnostics.map((diagnostic) => ({ ...diagnostic, level: 'warning' })));
  }
}

/** A machine that could not be looked at is worse than one that has findings. */
function fleetExitCode({ hosts }: FleetReport, failOn: FailOn): ExitCode {
  if (hosts.some(({ kind }) => kind === 'failed')) return EXIT.unreachable;
  const codes = hosts.map((host) => (host.kind === 'audited' ? exitCodeOf(host.report, failOn) : EXIT.unreachable));
  return codes.find((code) => code === EXIT.unreachable) ?? codes.find((code) => code !== EXIT.clean) ?? EXIT.clean;
}

function resultsFolder({ results, resume }: FleetAuditCommandOptions): ResultsFolder {
  if (results !== undefined) return new ResultsFolder(results, { mayResume: resume === true });
  const parent = join(stateFolder(), 'audits');
  const last = resume === true ? lastRunFolder(parent) : undefined;
  const path = last ?? newRunFolder(parent, { now: new Date(), pid: process.pid });
  const folder = new ResultsFolder(path, { mayResume: resume === true });
  removeOldRuns(parent);
  return folder;
}
