import type { ProbeResult, ProgramProbe } from '../../core/probe-report.ts';
import { type Style, TerminalPage, type TerminalOptions } from '../text/terminal-page.ts';

const RESULT_COLUMNS = 20;

const RESULTS: Readonly<Record<ProbeResult, { readonly text: string; readonly style: Style }>> = {
  'denied-and-logged': { text: 'denied, logged', style: 'green' },
  'denied-not-logged-on-purpose': { text: 'denied, quiet', style: 'green' },
  'denied-not-logged': { text: 'denied, NOT logged', style: 'red' },
  allowed: { text: 'ALLOWED', style: 'brightRed' },
  unknown: { text: 'not known', style: 'magenta' },
};

/** What came of trying profiles from inside, for a person at a terminal. */
export function renderProbes(probes: readonly ProgramProbe[], options: TerminalOptions): string {
  const page = new TerminalPage(options);
  page.line(page.paint('quiet', 'Tried from inside:'));
  for (const { program, profile, mode, result, summary } of probes) {
    const { text, style } = RESULTS[result];
    const inside = [profile ?? 'no profile', ...(mode === null ? [] : [mode])].join(', ');
    page.line(
      page.cell(style, text, RESULT_COLUMNS) + page.paint(undefined, program) + page.paint('quiet', ` (${inside})`),
    );
    page.prose(summary, { columns: RESULT_COLUMNS, style: 'quiet' });
  }
  return page.toString();
}
