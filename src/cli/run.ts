import process from 'node:process';
import { CommanderError } from 'commander';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { createProgram } from './program.ts';
import { printDiagnostics } from './diagnostics.ts';

/** Runs one command line and says how the process should end. Never throws. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  watch(process.stdout);
  let exitCode: ExitCode = EXIT.clean;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): ExitCode {
  // Commander has printed its message; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
  if (error instanceof FreeholdError) {
    printDiagnostics(error.diagnostics);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `This is a bug in Freehold; nothing that follows is your fault. Please report it with this text:\n${text}\n`,
  );
  return EXIT.bug;
}

/**
 * `freehold audit | head`: that the reader has seen enough is no error. A full disk is one, and none of what was looked at: Node
 * would end with 1, which says that something was found.
 */
function watch(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    printDiagnostics([
      {
        code: 'output/not-written',
        level: 'error',
        message: `Standard output could not be written: ${error.message}.`,
      },
    ]);
    process.exit(EXIT.unreachable);
  });
}
