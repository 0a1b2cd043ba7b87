import process from 'node:process';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { resume, rollback, type RollbackResult } from '../engine/rollback.ts';
import type { Host } from '../host/host.ts';
import { printApplyResult } from './apply-result.ts';
import { printDiagnostics } from './diagnostics.ts';
import { type EvidenceOptions, openRecording } from './recording.ts';
import { undoEvidence } from './run-evidence.ts';
import { type OneHostOptions, targetOf, withHost } from './session.ts';

export interface RollbackCommandOptions extends OneHostOptions, EvidenceOptions {
  readonly force?: boolean;
}

/** `freehold rollback` */
export async function rollbackCommand(name: string, options: RollbackCommandOptions): Promise<ExitCode> {
  return rollbackOf(() => name, options);
}

/** Takes back the run that is chosen when the machine is reached. */
export async function rollbackOf(
  choose: (host: Host) => string | Promise<string>,
  options: RollbackCommandOptions,
): Promise<ExitCode> {
  const recording = await openRecording(options);
  const startedAt = new Date();
  const result = await withHost(targetOf(options.host, options), async (host) => {
    const name = await choose(host);
    const undone = await rollback(host, name, { force: options.force === true });
    await recording.record(undoEvidence({ command: 'rollback', name, machine: host.facts, result: undone, startedAt }));
    return undone;
  });
  return recording.exitCode(printRollback(result));
}

function printRollback(result: RollbackResult): ExitCode {
  if (result.kind === 'undone') {
    process.stdout.write(`Run ${result.runId} was taken back.\n`);
    if (result.stays.length > 0) process.stdout.write('What is write-once stays as it is until the next reboot.\n');
    return EXIT.clean;
  }
  if (result.kind === 'nothing-to-undo') {
    process.stdout.write(`Run ${result.runId} changes nothing any more.\n`);
    return EXIT.clean;
  }
  printDiagnostics([diagnosticOf(result)]);
  return EXIT.unreachable;
}

/** `freehold resume` */
export async function resumeCommand(name: string, options: OneHostOptions & EvidenceOptions): Promise<ExitCode> {
  const recording = await openRecording(options);
  const startedAt = new Date();
  const result = await withHost(targetOf(options.host, options), async (host) => {
    const resumed = await resume(host, name, {});
    await recording.record(undoEvidence({ command: 'resume', name, machine: host.facts, result: resumed, startedAt }));
    return resumed;
  });
  return recording.exitCode(printApplyResult(result));
}

function diagnosticOf(result: Exclude<RollbackResult, { kind: 'undone' | 'nothing-to-undo' }>): Diagnostic {
  const level = 'error';
  switch (result.kind) {
    case 'conflicts':
      return {
        code: 'rollback/changed-since',
        level,
        message: `Nothing was taken back: somebody else has changed ${result.paths.join(', ')} since.`,
        hint: `\`freehold rollback ${result.runId} --force\` puts the old state back and keeps what it replaces in the run's folder.`,
      };
    case 'locked':
      return {
        code: 'rollback/locked',
        level,
        message: 'Another run is at work on this machine.',
        hint: 'Wait until it has ended.',
      };
    case 'failed':
      return {
        code: 'rollback/failed',
        level,
        message: `Not everything could be taken back: ${result.problems.join('; ')}`,
        hint: `Look at the reasons, then run: sh ${result.undoScript}`,
      };
  }
}
