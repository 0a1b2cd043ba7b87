import { type ByteText, compareBytes, shown } from '../../core/byte-text.ts';
import type { BlockLearner } from './block.ts';
import { PatternIndex, pathTest } from './pattern-index.ts';
import type { Fact } from './fact.ts';
import { deniedIn } from './need.ts';
import { expandedPath } from './path-text.ts';
import { type PermissionBits, withImplied } from './permissions.ts';
import type { HeldOut } from './result.ts';

const MAX_EXAMPLES = 5;

/** For each, all is learned anew: of a log with hundreds of runs a few say as much as all. */
export const MAX_HELD_OUT = 12;

/**
 * Learns from all runs but one, and says how much of that one the rules would have denied; each run once, or {@link MAX_HELD_OUT}
 * evenly chosen ones.
 */
export function holdOut(
  learners: readonly BlockLearner[],
  strays: readonly Fact[],
  runs: readonly string[],
): readonly HeldOut[] {
  // With one run there is nothing to learn from when it is left out.
  return runs.length < 2 ? [] : chosen(runs).map((one) => holdOutRun(learners, strays, one));
}

interface Run {
  readonly name: string;
  readonly run: number;
}

/** The first and the last are among them: programs change while they are watched. */
function chosen(runs: readonly string[]): readonly Run[] {
  const all = runs.map((name, run) => ({ name, run }));
  if (all.length <= MAX_HELD_OUT) return all;
  const step = (all.length - 1) / (MAX_HELD_OUT - 1);
  const numbers = new Set(Array.from({ length: MAX_HELD_OUT }, (_, index) => Math.round(index * step)));
  return all.filter(({ run }) => numbers.has(run));
}

function holdOutRun(learners: readonly BlockLearner[], strays: readonly Fact[], { name, run }: Run): HeldOut {
  const denied = new Map<ByteText, number>();
  let open = countIn(strays, run);
  let events = open;
  for (const learner of learners) {
    const files = learner.learnFiles(run);
    const rules = new PatternIndex<{ readonly bits: PermissionBits; readonly isOwner: boolean }>();
    for (const { uses, segments, isFolder } of files.paths) {
      const rule = { bits: withImplied(uses.bits), isOwner: uses.isOwner };
      rules.add(pathTest(expandedPath(segments, isFolder), learner.engine), rule);
    }
    const names = new Set(files.abstractions.map((abstraction) => abstraction.name));
    for (const need of learner.needsIn(run)) {
      events += need.counts.get(run) ?? 0;
      let allowed: PermissionBits = learner.allowedBy(names, need);
      for (const rule of rules.find(need.path)) if (!rule.isOwner || need.isOwner) allowed |= rule.bits;
      const deniedCount = deniedIn(need, run, allowed);
      if (deniedCount > 0) denied.set(need.path, (denied.get(need.path) ?? 0) + deniedCount);
    }
    for (const { text, facts } of learner.others) {
      const count = countIn(facts, run);
      events += count;
      if (count > 0 && !isSeenElsewhere(facts, run)) denied.set(text, (denied.get(text) ?? 0) + count);
    }
    for (const { path, facts } of learner.execs) {
      const count = countIn(facts, run);
      events += count;
      if (count > 0 && !isSeenElsewhere(facts, run)) denied.set(path, (denied.get(path) ?? 0) + count);
    }
    open += countIn(learner.open, run);
    events += countIn(learner.open, run);
  }
  return {
    run: name,
    events,
    denied: [...denied.values()].reduce((sum, count) => sum + count, open),
    open,
    examples: [...denied.keys()]
      .toSorted(compareBytes)
      .slice(0, MAX_EXAMPLES)
      .map((path) => shown(path)),
  };
}

function countIn(facts: readonly Fact[], run: number): number {
  return facts.reduce((sum, { counts }) => sum + (counts.get(run) ?? 0), 0);
}

function isSeenElsewhere(facts: readonly Fact[], run: number): boolean {
  return facts.some(({ counts }) => [...counts.keys()].some((one) => one !== run));
}
