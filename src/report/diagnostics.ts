import type { Diagnostic, SourcePosition } from '../core/diagnostic.ts';
import { TerminalPage, type TerminalOptions } from './text/terminal-page.ts';
import { displayWidth } from './text/width.ts';

const EXCERPT_CHARACTERS = 100;
const LEVEL_STYLES = { error: 'brightRed', warning: 'yellow' } as const;

/** Problems for a person: what, where with the line itself, and what to do. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: TerminalOptions): string {
  const page = new TerminalPage(options);
  for (const diagnostic of diagnostics) writeDiagnostic(page, diagnostic);
  return diagnostics.length === 0 ? '' : page.toString();
}

function writeDiagnostic(page: TerminalPage, { level, message, code, where, hint }: Diagnostic): void {
  const lead = `${page.paint(LEVEL_STYLES[level], level)}: `;
  page.prose(`${message} [${code}]`, { columns: level.length + 2, lead });
  if (where !== undefined) writePosition(page, where);
  if (hint !== undefined) page.prose(hint, { columns: 4, lead: '  = ' });
}

function writePosition(page: TerminalPage, { path, line, column, excerpt }: SourcePosition): void {
  const place = [path, line, column].filter((part) => part !== undefined).join(':');
  page.verbatim('  --> ', place, 'cyan');
  if (excerpt === undefined) return;
  const number = line === undefined ? '' : String(line);
  // A tab becomes one blank, so that the caret stands below its column.
  const shown = excerpt.slice(0, EXCERPT_CHARACTERS).replaceAll('\t', ' ');
  page.verbatim(` ${number} | `, excerpt.length > EXCERPT_CHARACTERS ? `${shown}…` : shown);
  if (column === undefined || column > shown.length + 1) return;
  const before = displayWidth(shown.slice(0, column - 1));
  page.verbatim(` ${' '.repeat(number.length)} | ${' '.repeat(before)}`, '^', 'brightRed');
}
