import type { Plan, PlanStep } from '../core/plan.ts';
import { hunkHeader, hunkLines, planHeadline, viewStep, type FileDiff } from './plan-step.ts';
import { hostArgument } from './machine.ts';
import { TerminalPage, type Style, type TerminalOptions } from './text/terminal-page.ts';

const DIFF_STYLES: Readonly<Record<'context' | 'remove' | 'add', Style | undefined>> = {
  context: undefined,
  remove: 'red',
  add: 'green',
};
const NUMBER_GAP_COLUMNS = 2;
const LEFT_OUT_COLUMNS = 2;

export interface PlanPageOptions extends TerminalOptions {
  /** Whether the plan is shown on the way to being applied: nobody needs to be told then how to apply it. */
  readonly isAboutToBeApplied?: boolean;
  /** Whether the same command would apply it, if it were not told to only show it. */
  readonly isDryRun?: boolean;
}

/** The plan for a person at a terminal: every step with its diff, what it is for, and what is left out. */
export function renderPlan(plan: Plan, options: PlanPageOptions): string {
  const page = new TerminalPage(options);
  page.prose(`Plan for ${plan.host}`, { columns: 0, style: 'strong' });
  page.prose(`Blueprint ${plan.blueprint}`, { columns: 0 });
  page.prose(planHeadline(plan).join(' · '), { columns: 0 });
  for (const [index, step] of plan.steps.entries()) writeStep(page, step, numberCell(index, plan.steps.length));
  writeLeftOut(page, plan);
  if (options.isAboutToBeApplied !== true) writeNext(page, plan, options);
  return page.toString();
}

function numberCell(index: number, count: number): string {
  return String(index + 1).padStart(String(count).length) + ' '.repeat(NUMBER_GAP_COLUMNS);
}

function writeStep(page: TerminalPage, step: PlanStep, number: string): void {
  const view = viewStep(step);
  const columns = number.length;
  page.line();
  page.prose(view.title, { columns, lead: page.paint('quiet', number), style: 'strong' });
  for (const note of view.notes) page.prose(note, { columns });
  if (view.irreversible !== null) {
    page.prose(`! not reversible before reboot: ${view.irreversible}`, { columns, style: 'yellow' });
  }
  if (view.diff !== null) writeDiff(page, view.diff, ' '.repeat(columns));
  for (const finding of step.findings) page.prose(`for ${finding}`, { columns, style: 'quiet' });
}

function writeDiff(page: TerminalPage, diff: FileDiff, margin: string): void {
  page.verbatim(margin, `--- ${diff.from}`, 'strong');
  page.verbatim(margin, `+++ ${diff.to}`, 'strong');
  for (const hunk of diff.hunks) {
    page.verbatim(margin, hunkHeader(hunk), 'cyan');
    for (const { kind, text } of hunkLines(hunk)) page.verbatim(margin, text, DIFF_STYLES[kind]);
  }
}

function writeLeftOut(page: TerminalPage, plan: Plan): void {
  if (plan.leftOut.length === 0) return;
  page.line();
  page.rule();
  page.prose('Left out', { columns: 0, style: 'strong' });
  for (const { finding, reason } of plan.leftOut) {
    page.line();
    page.prose(finding, { columns: LEFT_OUT_COLUMNS });
    page.prose(reason, { columns: LEFT_OUT_COLUMNS, style: 'quiet' });
  }
}

function writeNext(page: TerminalPage, plan: Plan, { isDryRun }: PlanPageOptions): void {
  if (plan.steps.length === 0) return;
  const isIrreversible = plan.steps.some((step) => step.change.irreversible !== undefined);
  page.line();
  page.rule();
  const next = isDryRun === true ? 'the same without --dry-run' : `freehold apply${hostArgument(plan.host)}`;
  page.line(`${page.paint('strong', 'Next')}  ${page.paint('cyan', next)}`);
  if (isIrreversible) {
    page.prose('Steps that are not reversible before reboot are made only with --allow-irreversible.', { columns: 0 });
  }
}
