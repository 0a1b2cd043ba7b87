import process from 'node:process';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import type { ApplyResult } from '../engine/apply.ts';
import { printDiagnostics } from './diagnostics.ts';

/** Says how a transaction ended and, unless all is well, what to do now. */
export function printApplyResult(result: ApplyResult): ExitCode {
  if (result.kind === 'applied' || result.kind === 'awaiting') {
    process.stdout.write(`Applied as run ${result.runId}.\n`);
    return EXIT.clean;
  }
  printDiagnostics([applyDiagnostic(result)]);
  return EXIT.unreachable;
}

/** Why a transaction did not come to its end, and what to do now. */
export function applyDiagnostic(result: Exclude<ApplyResult, { kind: 'applied' | 'awaiting' }>): Diagnostic {
  const level = 'error';
  switch (result.kind) {
    case 'refused':
      return {
        code: 'apply/refused',
        level,
        message: `Nothing was changed: ${list(result.problems)}`,
        hint: 'Remove what stands in the way and apply again.',
      };
    case 'unfinished':
      return {
        code: 'apply/unfinished-run',
        level,
        message: `Nothing was changed: the run ${result.runId} was cut off and is unfinished.`,
        hint: `\`freehold rollback ${result.runId}\` takes it back, \`freehold resume ${result.runId}\` finishes it.`,
      };
    case 'unconfirmed':
      return {
        code: 'apply/unconfirmed-run',
        level,
        message: `Nothing was changed: the run ${result.runId} waits to be confirmed.`,
        hint: `\`freehold confirm ${result.runId}\` lets it stand, \`freehold rollback ${result.runId}\` takes it back.`,
      };
    case 'lost':
      return {
        code: 'apply/connection-lost',
        level,
        message: `The connection broke while the run ${result.runId} was at work: ${result.problem}`,
        hint: 'The machine finishes the run without us. Log in again: `freehold runs` shows how it ended.',
      };
    case 'locked':
      return {
        code: 'apply/locked',
        level,
        message: `Nothing was changed: another run is at work on this machine (process ${result.pid}).`,
        hint: 'Wait until it has ended.',
      };
    case 'failed-and-undone':
      return {
        code: 'apply/failed-and-undone',
        level,
        message: `A step failed, and everything was taken back: ${list(result.problems)}`,
        hint: `The run ${result.runId} keeps what the programs said.`,
      };
    case 'failed':
      return {
        code: 'apply/failed',
        level,
        message: `The run ${result.runId} was cut off, or not everything could be taken back: ${list(result.problems)}`,
        hint: `Look at the reasons, then run \`freehold rollback ${result.runId}\`, or by hand: sh ${result.undoScript}`,
      };
  }
}

function list(problems: readonly string[]): string {
  return problems.length === 0 ? 'the machine did not say why.' : problems.join('; ');
}
