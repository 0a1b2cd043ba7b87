import type { Explanation } from '../core/control.ts';
import { describeReference } from './describe.ts';
import { TerminalPage, type TerminalOptions } from './text/terminal-page.ts';

const INDENT_COLUMNS = 2;

/** What is known of one topic, for a person at a terminal: `freehold explain`. */
export function renderExplanation(explanation: Explanation, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  page.prose(explanation.title, { columns: 0, style: 'strong' });
  page.prose(explanation.topic, { columns: 0, style: 'quiet' });
  writeSection(page, 'What it is', explanation.what);
  writeSection(page, 'Why it matters', explanation.why);
  writeSection(page, 'What it may break', explanation.mayBreak);
  writeSection(page, 'Where sources disagree', explanation.disagreement);
  writeHeading(page, explanation.checkByHand.length > 0 ? 'Check by hand' : undefined);
  for (const command of explanation.checkByHand) page.verbatim(' '.repeat(INDENT_COLUMNS), command, 'cyan');
  writeHeading(page, explanation.references.length > 0 ? 'Sources' : undefined);
  for (const reference of explanation.references) {
    page.prose(describeReference(reference), { columns: INDENT_COLUMNS });
  }
  return page.toString();
}

function writeSection(page: TerminalPage, heading: string, text: string | undefined): void {
  if (text === undefined) return;
  writeHeading(page, heading);
  page.prose(text, { columns: INDENT_COLUMNS });
}

function writeHeading(page: TerminalPage, heading: string | undefined): void {
  if (heading === undefined) return;
  page.line();
  page.prose(heading, { columns: 0, style: 'strong' });
}
