import { hash } from 'node:crypto';
import type { AuditedFinding, AuditReport } from '../core/audit.ts';
import type { Change, LinesChange } from '../core/change.ts';
import { REBOOT_REMEDY } from '../core/describe.ts';
import type { Plan, PlannedChange, PlanStep } from '../core/plan.ts';
import type { Host } from '../host/host.ts';
import { joinLines } from './join-lines.ts';

/** What a plan can't take up: a file that lines belong to but whose content can't be had. */
interface Obstacle {
  readonly path: string;
  readonly reason: string;
}

/** Makes one plan of the remedies of all failing findings. Reads the files that would change, and nothing else. */
export async function makePlan(report: AuditReport, host: Host): Promise<Plan> {
  const failing = report.findings.filter((finding) => finding.outcome === 'fail');
  const wanted = wantedChanges(failing);
  const befores = withoutOthersEdits(await readBefores(wanted, host), wanted);
  const obstacles = [...befores.values()].flatMap((before) => (before.kind === 'obstacle' ? [before.obstacle] : []));
  const blocked = new Set(obstacles.map((obstacle) => obstacle.path));
  const isBlocked = (finding: AuditedFinding): Obstacle | undefined => {
    const paths = changesOf(finding).flatMap((change) =>
      'path' in change && blocked.has(change.path) ? [change.path] : [],
    );
    return obstacles.find((obstacle) => paths.includes(obstacle.path));
  };
  const steps = toSteps(wantedChanges(failing.filter((finding) => isBlocked(finding) === undefined)), (path) =>
    textBefore(befores.get(path)),
  );
  const leftOut = failing.flatMap((finding) => {
    const reason = isBlocked(finding)?.reason ?? reasonWithoutRemedy(finding);
    return reason === undefined ? [] : [{ finding: finding.id, reason }];
  });
  return { format: 'freehold.plan/1', host: report.host.address, blueprint: report.blueprint.name, steps, leftOut };
}

/** A change and the findings that ask for it. */
interface Wanted {
  readonly change: Change;
  readonly findings: readonly string[];
}

/** Equal changes are made once, where the last finding asks for them: the kernel may have undone an earlier one. */
function wantedChanges(findings: readonly AuditedFinding[]): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const finding of findings) {
    for (const change of changesOf(finding)) {
      const key = JSON.stringify(change);
      const earlier = wanted.get(key)?.findings ?? [];
      wanted.delete(key);
      wanted.set(key, { change, findings: [...new Set([...earlier, finding.id])].sort() });
    }
  }
  return [...wanted.values()];
}

function changesOf(finding: AuditedFinding): readonly Change[] {
  return finding.remedy?.kind === 'changes' ? finding.remedy.changes : [];
}

function reasonWithoutRemedy({ remedy }: AuditedFinding): string | undefined {
  if (remedy === undefined) return 'Freehold knows no remedy for it.';
  if (remedy.kind === 'reboot') return REBOOT_REMEDY;
  return remedy.kind === 'manual' ? remedy.instruction : undefined;
}

type Before =
  { readonly kind: 'text'; readonly text: string | null } | { readonly kind: 'obstacle'; readonly obstacle: Obstacle };

async function readBefores(wanted: readonly Wanted[], host: Host): Promise<ReadonlyMap<string, Before>> {
  const paths = new Set(wanted.flatMap(({ change }) => ('path' in change ? [change.path] : [])));
  return new Map(await Promise.all([...paths].map(async (path) => [path, await readBefore(path, host)] as const)));
}

/** What was made from another text than the one that is there now would take somebody's change back without a word. */
function withoutOthersEdits(
  befores: ReadonlyMap<string, Before>,
  wanted: readonly Wanted[],
): ReadonlyMap<string, Before> {
  const checked = new Map(befores);
  for (const { change } of wanted) {
    if (change.kind !== 'file' || change.madeFrom === undefined) continue;
    const { path, madeFrom } = change;
    const before = befores.get(path);
    if (before?.kind !== 'text' || (before.text !== null && hash('sha256', before.text) === madeFrom)) continue;
    const reason = `${path} was changed while this plan was made: make it again`;
    checked.set(path, { kind: 'obstacle', obstacle: { path, reason } });
  }
  return checked;
}

async function readBefore(path: string, host: Host): Promise<Before> {
  const result = await host.read(path);
  if (result.kind === 'missing') return { kind: 'text', text: null };
  if (result.kind === 'unreadable') return { kind: 'obstacle', obstacle: { path, reason: result.message } };
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(result.bytes) };
  } catch {
    return { kind: 'obstacle', obstacle: { path, reason: `${path} is not UTF-8 text: Freehold would damage it` } };
  }
}

function textBefore(before: Before | undefined): string | null {
  return before?.kind === 'text' ? before.text : null;
}

/** All lines of one file become one step, at the place of the first; every other change stays where it is. */
function toSteps(wanted: readonly Wanted[], before: (path: string) => string | null): readonly PlanStep[] {
  const steps: PlanStep[] = [];
  const joined = new Set<string>();
  for (const { change, findings } of wanted) {
    if (change.kind !== 'lines') steps.push(step(change, findings, before));
    else if (!joined.has(change.path)) {
      joined.add(change.path);
      const parts = wanted.filter((one): one is Wanted & { change: LinesChange } => isLinesOf(one.change, change.path));
      const whole = joinLines(
        parts.map((part) => part.change),
        before(change.path),
      );
      const asking = [...new Set(parts.flatMap((part) => part.findings))].sort();
      steps.push(step(whole, asking, before));
    }
  }
  return steps;
}

function isLinesOf(change: Change, path: string): boolean {
  return change.kind === 'lines' && change.path === path;
}

function step(change: PlannedChange, findings: readonly string[], before: (path: string) => string | null): PlanStep {
  const text = 'path' in change ? before(change.path) : null;
  return { change, findings, before: change.kind === 'sysctl' ? (text?.trim() ?? null) : text };
}
