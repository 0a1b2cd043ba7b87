import { plural } from '../core/describe.ts';
import type { AuditedFinding } from '../core/audit.ts';
import type { Verification } from '../core/run.ts';
import { TerminalPage, type TerminalOptions } from './text/terminal-page.ts';

const MARGIN_COLUMNS = 2;

/** What the second audit found after a plan was applied, for a person at a terminal. */
export function renderVerification(verification: Verification, options: TerminalOptions): string {
  const { mended, notMended, awaitingReboot, spoiled } = verification;
  const page = new TerminalPage(options);
  page.prose(`Verified by a second audit: ${plural(mended.length, 'finding')} mended.`, { columns: 0, style: 'green' });
  if (awaitingReboot.length > 0) {
    page.prose(`${plural(awaitingReboot.length, 'finding')} will be mended by the next reboot.`, {
      columns: 0,
      style: 'yellow',
    });
  }
  writeWrong(page, 'Not mended, although every change was made', notMended);
  writeWrong(page, 'Right before, and not any more', spoiled);
  if (notMended.length + spoiled.length > 0) {
    page.line();
    page.prose('`freehold rollback` takes the run back.', { columns: 0 });
  }
  return page.toString();
}

function writeWrong(page: TerminalPage, heading: string, findings: readonly AuditedFinding[]): void {
  if (findings.length === 0) return;
  page.line();
  page.prose(heading, { columns: 0, style: 'red' });
  for (const { id, summary } of findings) {
    page.prose(id, { columns: MARGIN_COLUMNS, style: 'strong' });
    page.prose(summary, { columns: MARGIN_COLUMNS });
  }
}
