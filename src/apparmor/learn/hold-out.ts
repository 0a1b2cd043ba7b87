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
  const held = runs.length < 2 ? [] : chosen(runs);
  for (const one of held) one.open(strays);
  for (const learner of learners) judge(learner, held);
  return held.map((one) => one.result());
}

/** The first and the last are among them: programs change while they are watched. */
function chosen(runs: readonly string[]): readonly HeldOutRun[] {
  const all = runs.map((name, run) => new HeldOutRun(name, run));
  if (all.length <= MAX_HELD_OUT) return all;
  const step = (all.length - 1) / (MAX_HELD_OUT - 1);
  const numbers = new Set(Array.from({ length: MAX_HELD_OUT }, (_, index) => Math.round(index * step)));
  return all.filter(({ run }) => numbers.has(run));
}

/** A rule that all runs but one teach. */
interface Taught {
  /** The run that was left out. */
  readonly without: number;
  readonly bits: PermissionBits;
  readonly isOwner: boolean;
}

function judge(learner: BlockLearner, held: readonly HeldOutRun[]): void {
  // Whichever run is left out, most rules are the same: a name is held against all of them at once.
  const rules = new PatternIndex<Taught>();
  const included = new Map<number, ReadonlySet<string>>();
  for (const { run } of held) {
    const { paths, abstractions } = learner.learnFiles(run);
    included.set(run, new Set(abstractions.map(({ name }) => name)));
    for (const { uses, segments, isFolder } of paths) {
      const rule = { without: run, bits: withImplied(uses.bits), isOwner: uses.isOwner };
      rules.add(pathTest(expandedPath(segments, isFolder), learner.engine), rule);
    }
  }
  const byRun = new Map(held.map((one) => [one.run, one]));
  for (const need of learner.needs) {
    const matching = rules.find(need.path);
    for (const [run, count] of need.counts) {
      const one = byRun.get(run);
      if (one === undefined) continue;
      let allowed = learner.allowedBy(included.get(run) ?? NONE, need);
      for (const rule of matching) if (rule.without === run && (!rule.isOwner || need.isOwner)) allowed |= rule.bits;
      one.count(need.path, count, deniedIn(need, run, allowed));
    }
  }
  for (const one of held) {
    for (const { text, facts } of learner.others) one.exact(text, facts);
    for (const { path, facts } of learner.execs) one.exact(path, facts);
    one.open(learner.open);
  }
}

const NONE: ReadonlySet<string> = new Set();

/** What a run that is left out would have had denied. */
class HeldOutRun {
  readonly run: number;
  readonly #name: string;
  readonly #denied = new Map<ByteText, number>();
  #events = 0;
  #open = 0;

  constructor(name: string, run: number) {
    this.#name = name;
    this.run = run;
  }

  /** Events of one thing, some of which would be denied. */
  count(what: ByteText, events: number, denied: number): void {
    this.#events += events;
    if (denied > 0) this.#denied.set(what, (this.#denied.get(what) ?? 0) + denied);
  }

  /** Facts that have one rule, which is learned wherever one of them is seen. */
  exact(what: ByteText, facts: readonly Fact[]): void {
    const events = this.#eventsOf(facts);
    const isTaught = facts.some(({ counts }) => counts.size > 1 || !counts.has(this.run));
    this.count(what, events, isTaught ? 0 : events);
  }

  /** Facts that no rule is learned for. */
  open(facts: readonly Fact[]): void {
    const events = this.#eventsOf(facts);
    this.#events += events;
    this.#open += events;
  }

  result(): HeldOut {
    return {
      run: this.#name,
      events: this.#events,
      denied: [...this.#denied.values()].reduce((sum, count) => sum + count, this.#open),
      open: this.#open,
      examples: [...this.#denied.keys()]
        .toSorted(compareBytes)
        .slice(0, MAX_EXAMPLES)
        .map((path) => shown(path)),
    };
  }

  #eventsOf(facts: readonly Fact[]): number {
    return facts.reduce((sum, { counts }) => sum + (counts.get(this.run) ?? 0), 0);
  }
}
