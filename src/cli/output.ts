import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import { FreeholdError } from '../core/error.ts';

/** Prints a text, or writes it to a file that the user named; a file that can't be written is the user's to mend. */
export function writeOutput(text: string, file: string | undefined): void {
  if (file === undefined) process.stdout.write(text);
  else writeReportFile(file, text);
}

/** The same for a long text that comes in pieces. */
export function writePieces(pieces: Iterable<string>, file: string | undefined): void {
  if (file === undefined) {
    for (const piece of pieces) process.stdout.write(piece);
    return;
  }
  writeReportFile(file, '');
  const output = openSync(file, 'a');
  try {
    for (const piece of pieces) writeSync(output, piece);
  } finally {
    closeSync(output);
  }
}

export function writeReportFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${file} could not be written: ${reason}`;
    const hint = 'Name a file in a folder that exists and that you may write to.';
    throw new FreeholdError('usage', [{ code: 'output/not-written', level: 'error', message, hint }], { cause: error });
  }
}
