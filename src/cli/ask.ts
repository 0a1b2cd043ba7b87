import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { FreeholdError } from '../core/error.ts';

/** Asks a person who sits at the terminal; throws `usage` with what to say on the command line when nobody does. */
export async function askYesNo(
  question: string,
  absent: { readonly message: string; readonly hint: string },
): Promise<boolean> {
  requireTerminal('apply/not-confirmed', absent);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

/** Asks without showing what is typed. */
export async function askHidden(question: string): Promise<string> {
  const message = 'Nobody is here to be asked for a password.';
  requireTerminal('host/no-terminal', {
    message,
    hint: 'Run it in a terminal, or allow sudo without a password there.',
  });
  process.stderr.write(question);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

function requireTerminal(code: string, { message, hint }: { readonly message: string; readonly hint: string }): void {
  if (process.stdin.isTTY) return;
  throw new FreeholdError('usage', [{ code, level: 'error', message, hint }]);
}
