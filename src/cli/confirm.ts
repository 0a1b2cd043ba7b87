import process from 'node:process';
import { EXIT, type ExitCode } from '../core/error.ts';
import { confirm } from '../engine/confirm.ts';
import { printDiagnostics } from './diagnostics.ts';
import { type OneHostOptions, targetOf, withHost } from './session.ts';

/** `freehold confirm` */
export async function confirmCommand(name: string, options: OneHostOptions): Promise<ExitCode> {
  const result = await withHost(targetOf(options.host, options), (host) => confirm(host, name));
  if (result.kind === 'confirmed') {
    process.stdout.write(`The run ${result.runId} stands.\n`);
    return EXIT.clean;
  }
  const messages = {
    undone: `The run ${result.runId} has been taken back already.`,
    unfinished: `The run ${result.runId} has not come to its end; there is nothing to confirm.`,
    locked: 'Another run is at work on this machine.',
    failed: `The run ${result.runId} could not be confirmed: ${result.kind === 'failed' ? result.problems.join('; ') : ''}`,
  };
  printDiagnostics([{ code: `confirm/${result.kind}`, level: 'error', message: messages[result.kind] }]);
  return EXIT.unreachable;
}
