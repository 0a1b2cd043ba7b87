import process from 'node:process';
import { readEntries } from '../controls/integrity/baseline/lines.ts';
import { provedBaseline } from '../controls/integrity/baseline/observe.ts';
import { renderEntry } from '../controls/integrity/baseline/entry.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { escapeInvisible } from '../report/text/sanitise.ts';
import { type BaselineOptions, baselineError, loadBaselineWish } from './baseline-wish.ts';
import { writePieces } from './output.ts';
import { targetOf, withHost } from './session.ts';

export interface BaselineShowCommandOptions extends BaselineOptions {
  readonly format: 'terminal' | 'jsonl';
}

/** `freehold baseline show` */
export async function baselineShowCommand(
  address: string | undefined,
  options: BaselineShowCommandOptions,
): Promise<ExitCode> {
  const { policy, trust } = await loadBaselineWish(options);
  return withHost(targetOf(address, options), async (host) => {
    const found = await provedBaseline(host, policy, { trust, now: new Date() });
    if (found.kind !== 'proved') {
      throw baselineError('refused', { code: 'not-proved', message: `There is no baseline to show: ${found.reason}` });
    }
    const { header, bytes, judgement, path } = found;
    if (options.format === 'jsonl') {
      writePieces(lines(bytes, header), undefined);
      return EXIT.clean;
    }
    const signer = judgement.signer;
    const named = signer?.name === undefined ? '' : ` (${signer.name})`;
    process.stdout.write(
      [
        `file:      ${path}`,
        `name:      ${header.name}`,
        `machine:   ${header.hostname}`,
        `taken at:  ${header.takenAt}`,
        `signed by: ${signer?.id ?? ''}${named}`,
        `trees:     ${header.trees.join(' ')}`,
        `without:   ${header.without.join(' ')}`,
        `paths:     ${String(header.entries)}`,
        '',
      ]
        // A machine says itself what it is called.
        .map(escapeInvisible)
        .join('\n'),
    );
    return EXIT.clean;
  });
}

function* lines(bytes: Uint8Array, header: Parameters<typeof readEntries>[1]): Generator<string> {
  for (const entry of readEntries(bytes, header)) yield `${renderEntry(entry)}\n`;
}
