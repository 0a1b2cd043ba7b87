import process from 'node:process';
import type { Diagnostic } from '../core/diagnostic.ts';
import { renderDiagnostics } from '../report/diagnostics.ts';
import { terminalOptions } from './terminal.ts';

/** Shows problems to a person on stderr. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  process.stderr.write(renderDiagnostics(diagnostics, terminalOptions(process.stderr)));
}
