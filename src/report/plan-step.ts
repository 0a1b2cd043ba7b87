import { describeChange, plural } from '../core/describe.ts';
import type { Plan, PlanStep } from '../core/plan.ts';
import { describeAttributes } from './describe.ts';
import { diffLines } from './diff.ts';
import { hunksOf, type Hunk } from './hunks.ts';
import { shellWord } from './text/shell-word.ts';

/** What a person needs to see of one step, in whatever format. */
export interface StepView {
  readonly title: string;
  /** `1 → 0`, `new file, 0644 root:root`, the argv of a command … */
  readonly notes: readonly string[];
  readonly irreversible: string | null;
  readonly diff: FileDiff | null;
}

export interface FileDiff {
  /** As unified diffs name them: `/dev/null` for a file that isn't there. */
  readonly from: string;
  readonly to: string;
  readonly hunks: readonly Hunk[];
}

const NOTHING = '/dev/null';
const NO_END_OF_LINE = '\\ No newline at end of file';
const SIGNS = { context: ' ', remove: '-', add: '+' } as const;

/** Turns a step of a plan into what is shown of it. */
export function viewStep(step: PlanStep): StepView {
  const { change } = step;
  return {
    title: titleOf(step),
    notes: notesOf(step),
    irreversible: change.irreversible ?? null,
    diff: change.kind === 'file' ? fileDiff(change, step.before) : null,
  };
}

/** `8 steps mend 6 findings`, and what else a person should know before they say yes. */
export function planHeadline(plan: Plan): readonly string[] {
  const mended = new Set(plan.steps.flatMap((step) => step.findings)).size;
  const irreversible = plan.steps.filter((step) => step.change.irreversible !== undefined).length;
  const left = plan.leftOut.length;
  return [
    plan.steps.length === 0
      ? 'Nothing to change'
      : `${plural(plan.steps.length, 'step')} for ${plural(mended, 'finding')}`,
    ...(irreversible > 0 ? [`${irreversible} not reversible before reboot`] : []),
    ...(left > 0 ? [`${plural(left, 'finding')} left out`] : []),
  ];
}

/** `@@ -3,4 +3,5 @@` */
export function hunkHeader(hunk: Hunk): string {
  return `@@ -${range(hunk.beforeStart, hunk.beforeCount)} +${range(hunk.afterStart, hunk.afterCount)} @@`;
}

/** A hunk's lines as diff(1) prints them, with the kind of each. */
export function hunkLines(
  hunk: Hunk,
): readonly { readonly kind: 'context' | 'remove' | 'add'; readonly text: string }[] {
  return hunk.lines.flatMap(({ kind, text }) =>
    text.endsWith('\n')
      ? [{ kind, text: SIGNS[kind] + text.slice(0, -1) }]
      : [
          { kind, text: SIGNS[kind] + text },
          { kind: 'context' as const, text: NO_END_OF_LINE },
        ],
  );
}

function titleOf({ change, before }: PlanStep): string {
  if (change.kind === 'file') return `${fileVerb(change.content, before)} ${change.path}`;
  if (change.kind === 'sysctl') return `set ${change.key}`;
  return describeChange(change);
}

function fileVerb(content: string | null, before: string | null): string {
  if (content === null) return 'remove';
  return before === null ? 'write' : 'change';
}

function notesOf({ change, before }: PlanStep): readonly string[] {
  switch (change.kind) {
    case 'file':
      return change.content !== null && before === null
        ? [`a new file gets ${describeAttributes(change.created)}`]
        : [];
    case 'sysctl':
      return [
        `${before ?? 'not set'} → ${change.value}`,
        ...(change.alsoChanges.length > 0 ? [`the kernel changes along: ${change.alsoChanges.join(', ')}`] : []),
      ];
    case 'command':
      return [
        `runs: ${showArgv(change.run)}`,
        ...(change.unless === undefined ? [] : [`unless this succeeds: ${showArgv(change.unless)}`]),
        ...(change.touches.length > 0 ? [`rewrites: ${change.touches.join(', ')}`] : []),
        ...(change.touchesFolders ?? []).map((folder) => `rewrites the folder ${folder}, which is kept as a whole`),
        ...(change.undo === null ? [] : [`goes back with: ${showArgv(change.undo)}`]),
      ];
    default:
      return [];
  }
}

function fileDiff(
  change: { readonly path: string; readonly content: string | null },
  before: string | null,
): FileDiff | null {
  const hunks = hunksOf(diffLines(before ?? '', change.content ?? ''));
  if (hunks.length === 0) return null;
  return {
    from: before === null ? NOTHING : change.path,
    to: change.content === null ? NOTHING : change.path,
    hunks,
  };
}

function showArgv(argv: readonly string[]): string {
  return argv.map(shellWord).join(' ');
}

function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${start},${count}`;
}
