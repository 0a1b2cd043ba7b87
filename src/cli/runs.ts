import process from 'node:process';
import { EXIT, type ExitCode } from '../core/error.ts';
import { listRuns } from '../engine/runs.ts';
import { renderRuns } from '../report/runs.ts';
import { type OneHostOptions, targetOf, withHost } from './session.ts';
import { terminalOptions } from './terminal.ts';

export interface RunsCommandOptions extends OneHostOptions {
  readonly format: 'terminal' | 'json';
}

/** `freehold runs` */
export async function runsCommand(options: RunsCommandOptions): Promise<ExitCode> {
  const runs = await withHost(targetOf(options.host, options), (host) => listRuns(host));
  const isJson = options.format === 'json';
  process.stdout.write(
    isJson ? `${JSON.stringify(runs, null, 2)}\n` : renderRuns(runs, terminalOptions(process.stdout)),
  );
  return EXIT.clean;
}
