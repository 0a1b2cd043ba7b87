import type { FileReport, FileVerdict, ListReport, VerifySummary } from '../../core/verify-report.ts';
import { plural } from '../../core/describe.ts';
import { type Style, TerminalPage, type TerminalOptions } from '../text/terminal-page.ts';

type Word = FileVerdict | 'unread';

const STYLES: Readonly<Record<Word, Style>> = {
  tampered: 'brightRed',
  unread: 'red',
  untrusted: 'magenta',
  unverifiable: 'yellow',
  verified: 'green',
};
const WORD_COLUMNS = 14;

/** One line for one file: the verdict, its name, why. Never wrapped, so that other programs can take it apart. */
export function renderVerified(file: FileReport, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  const word = wordOf(file);
  const lead = page.cell(STYLES[word], word, WORD_COLUMNS);
  page.line(`${lead}${page.paint('strong', file.path)}: ${page.paint(undefined, file.reason)}`);
  return page.toString();
}

/** What a list is worth that was followed: said once for all of its files. */
export function renderVerifiedList(list: ListReport, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  const entries = plural(list.entries, 'entry', 'entries');
  page.line(page.paint('quiet', `${list.path}: ${list.verdict}, ${entries}: ${list.reason}`));
  return page.toString();
}

/** How many files ended how; one line. */
export function renderVerifySummary(summary: VerifySummary, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  const words: readonly Word[] = ['tampered', 'unread', 'untrusted', 'unverifiable', 'verified'];
  const parts = words.flatMap((word) =>
    summary[word] === 0 ? [] : [page.paint(STYLES[word], `${summary[word]} ${word}`)],
  );
  page.line(parts.join(', '));
  return page.toString();
}

function wordOf(file: FileReport): Word {
  return file.kind === 'unread' ? 'unread' : file.verdict;
}
