import type { Plan, PlanStep } from '../core/plan.ts';
import { escapeMarkdown, markdownBlock, markdownCode } from './markdown-text.ts';
import { hunkHeader, hunkLines, planHeadline, viewStep } from './plan-step.ts';

/** The plan as a comment on a change: every step with its diff, what it is for, and what is left out. */
export function renderPlanMarkdown(plan: Plan): string {
  return [
    `## Plan for ${escapeMarkdown(plan.host)}`,
    '',
    `${planHeadline(plan).join(', ')}. Blueprint ${markdownCode(plan.blueprint)}.`,
    '',
    ...plan.steps.flatMap((step, index) => stepLines(step, index + 1)),
    ...(plan.leftOut.length === 0 ? [] : leftOutLines(plan)),
  ].join('\n');
}

function stepLines(step: PlanStep, number: number): readonly string[] {
  const view = viewStep(step);
  return [
    `### ${number}. ${escapeMarkdown(view.title)}`,
    '',
    ...view.notes.flatMap((note) => [escapeMarkdown(note), '']),
    ...(view.irreversible === null
      ? []
      : [`**Not reversible before reboot:** ${escapeMarkdown(view.irreversible)}`, '']),
    ...(view.diff === null
      ? []
      : [
          ...markdownBlock('diff', [
            `--- ${view.diff.from}`,
            `+++ ${view.diff.to}`,
            ...view.diff.hunks.flatMap((hunk) => [hunkHeader(hunk), ...hunkLines(hunk).map(({ text }) => text)]),
          ]),
          '',
        ]),
    ...(step.findings.length === 0 ? [] : [`For ${step.findings.map(markdownCode).join(', ')}`, '']),
  ];
}

function leftOutLines(plan: Plan): readonly string[] {
  return [
    '### Left out',
    '',
    '| Finding | Why |',
    '| --- | --- |',
    ...plan.leftOut.map(({ finding, reason }) => `| ${markdownCode(finding)} | ${escapeMarkdown(reason)} |`),
    '',
  ];
}
