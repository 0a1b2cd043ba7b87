import type { Diagnostic } from '../core/diagnostic.ts';
import type { ComeBackResult } from '../engine/come-back.ts';

/** Says how a run ended that was not confirmed, and what to do now. */
export function comeBackDiagnostic(
  result: Exclude<ComeBackResult, { kind: 'confirmed' }>,
  { address, runId }: { readonly address: string; readonly runId: string },
): Diagnostic {
  const folder = `/var/lib/freehold/runs/${runId}`;
  const [message, hint] = wordsFor(result, { address, runId, folder });
  return { code: `confirm/${result.kind}`, level: 'error', message, hint };
}

interface Place {
  readonly address: string;
  readonly runId: string;
  readonly folder: string;
}

function wordsFor(
  result: Exclude<ComeBackResult, { kind: 'confirmed' }>,
  { address, runId, folder }: Place,
): readonly [message: string, hint: string] {
  switch (result.kind) {
    case 'absent':
      return [`${address}: the connection broke before anything was changed.`, 'Apply it again.'];
    case 'undone':
      return [`${address} has taken the run ${runId} back.`, `${folder}/output.log there tells why.`];
    case 'not-confirmed':
      return [
        `${address}: the run ${runId} could not be confirmed (${result.problem}); the machine takes it back by itself.`,
        `\`freehold runs --host ${address}\` shows when it has.`,
      ];
    case 'fell-back':
      return [
        `${address} could not be reached through a new connection (${result.problem}). It has taken the run ${runId} back by itself and can be reached again.`,
        'Look for what in the plan keeps new connections out before it is applied again.',
      ];
    case 'not-seen':
      return [
        `${address} could not be reached through a new connection, and was not seen again: ${result.problem}`,
        `The machine takes the run back as soon as it can. By hand, at its console: sh ${folder}/undo.sh`,
      ];
  }
}
