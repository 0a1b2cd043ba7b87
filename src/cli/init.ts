import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { starterBlueprint } from '../blueprint/index.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { survey } from '../engine/survey.ts';
import { type OneHostOptions, targetOf, withHost } from './session.ts';

const ISO_DAY_CHARACTERS = 10;

export interface InitCommandOptions extends OneHostOptions {
  readonly preset?: string;
  readonly force?: boolean;
}

/** `freehold init` */
export async function initCommand(file: string, options: InitCommandOptions): Promise<ExitCode> {
  const text = await withHost(targetOf(options.host, options), async (host) => {
    const { preset, notes } = await survey(host);
    return starterBlueprint({
      preset: options.preset ?? preset,
      machine: host.facts,
      today: new Date().toISOString().slice(0, ISO_DAY_CHARACTERS),
      notes: options.preset === undefined ? notes : notes.slice(1),
    });
  });
  write(file, text, options.force === true);
  process.stdout.write(`Wrote ${file}. Now: freehold audit --blueprint ${file}\n`);
  return EXIT.clean;
}

/** `wx`: what is there is never replaced unless that was asked for. */
function write(file: string, text: string, isForced: boolean): void {
  try {
    writeFileSync(file, text, { flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const reason = error instanceof Error ? error.message : String(error);
    const message = isThere ? `${file} exists already.` : `${file} could not be written: ${reason}`;
    const hint = isThere
      ? 'Name another file, or say --force to replace it.'
      : 'Name a file in a folder that you may write to.';
    const code = isThere ? 'init/exists' : 'init/not-written';
    throw new FreeholdError('usage', [{ code, level: 'error', message, hint }], { cause: error });
  }
}
