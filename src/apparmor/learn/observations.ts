import type { AccessEvent } from '../log/event.ts';
import type { ByteText } from '../../core/byte-text.ts';
import { factKey, isSameFact, namesItsProcess, type Fact } from './fact.ts';

/** More distinct things than this are no program's behaviour: what comes after is counted and not learned. */
const MAX_FACTS = 500_000;

/** Columns grow by doubling; a log of 200,000 lines takes 4 MB. */
const FIRST_CAPACITY = 4096;

/** Each file is a run, or one file is cut where nothing was logged for a while. */
export type RunRule = { readonly kind: 'files' } | { readonly kind: 'gaps'; readonly gapMs: number };

export interface Observed {
  readonly facts: readonly Fact[];
  /** The name of each run, by its number. */
  readonly runs: readonly string[];
  /** Events that had no time where runs are cut by time: they count as one run more. */
  readonly untimed: number;
  /** Events beyond {@link MAX_FACTS}. */
  readonly left: number;
  readonly events: number;
}

interface Noted {
  readonly key: string;
  readonly event: AccessEvent;
  /** Where it is among the facts. */
  readonly number: number;
  isOwner: boolean;
  namesProcess: boolean;
  /** The process that was last asked for in the name. */
  pid: number | undefined;
}

/** So many facts of one name are compared field by field before a key is made: most names have one or two. */
const COMPARED_FACTS = 4;

/** Takes events in any order, and keeps of each only what it says and when: 20 bytes for one that was seen before. */
export class Observations {
  readonly #facts: Noted[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #byName = new Map<ByteText, Noted[]>();
  readonly #sources: string[] = [];
  #of = new Int32Array(FIRST_CAPACITY);
  #source = new Int32Array(FIRST_CAPACITY);
  #timeMs = new Float64Array(FIRST_CAPACITY);
  #length = 0;
  #left = 0;

  /** Takes the events of a file, named so; the order in which files come makes no difference as long as no two have one name. */
  source(name: string): (event: AccessEvent) => void {
    const number = this.#sources.push(name) - 1;
    return (event) => this.#add(number, event);
  }

  #add(source: number, event: AccessEvent): void {
    const noted = this.#noted(event);
    if (noted === undefined) {
      this.#left += 1;
      return;
    }
    noted.isOwner &&= event.isOwner === true;
    if (!noted.namesProcess && noted.pid !== event.pid) {
      noted.namesProcess = namesItsProcess(event);
      noted.pid = event.pid;
    }
    if (this.#length === this.#of.length) this.#grow();
    this.#of[this.#length] = noted.number;
    this.#source[this.#length] = source;
    this.#timeMs[this.#length] = event.timeMs ?? NaN;
    this.#length += 1;
  }

  /** The fact that an event is one of; `undefined` where there are too many. */
  #noted(event: AccessEvent): Noted | undefined {
    const name = event.name ?? '';
    const named = this.#byName.get(name);
    if (named !== undefined) for (const one of named) if (isSameFact(one.event, event)) return one;
    const key = factKey(event);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      if (this.#facts.length >= MAX_FACTS) return undefined;
      number = this.#facts.length;
      this.#facts.push({ key, event, number, isOwner: true, namesProcess: false, pid: undefined });
      this.#numbers.set(key, number);
    }
    const noted = this.#facts[number];
    if (noted === undefined) return undefined;
    if (named === undefined) this.#byName.set(name, [noted]);
    else if (named.length < COMPARED_FACTS) named.push(noted);
    return noted;
  }

  #grow(): void {
    const size = this.#length * 2;
    const longer = <Column extends Int32Array | Float64Array>(column: Column, made: Column): Column => {
      made.set(column);
      return made;
    };
    this.#of = longer(this.#of, new Int32Array(size));
    this.#source = longer(this.#source, new Int32Array(size));
    this.#timeMs = longer(this.#timeMs, new Float64Array(size));
  }

  /** Cuts what was seen into runs: runs and facts come out in an order that depends on nothing but what was seen. */
  cut(rule: RunRule): Observed {
    const runs = rule.kind === 'files' ? this.#runsOfFiles() : this.#runsOfGaps(rule.gapMs);
    const { order, ends } = this.#byFact();
    const known = new Map<string, ReadonlyMap<number, number>>();
    let from = 0;
    const facts = this.#facts.map(({ key, event, isOwner, namesProcess }, index): Fact => {
      const own = order.subarray(from, ends[index]);
      from += own.length;
      const firstMs = this.#firstMs(own);
      return {
        key,
        event,
        counts: countsOf(own, { runOf: runs.of, known }),
        total: own.length,
        ...(Number.isFinite(firstMs) && { firstMs }),
        isOwner,
        namesProcess,
      };
    });
    facts.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return { facts, runs: runs.names, untimed: runs.untimed, left: this.#left, events: this.#length + this.#left };
  }

  /** The events of each fact, one fact after the other, and where those of each end. */
  #byFact(): { readonly order: Int32Array; readonly ends: Int32Array } {
    const ends = new Int32Array(this.#facts.length);
    for (let index = 0; index < this.#length; index += 1) add(ends, this.#of[index] ?? 0, 1);
    for (let fact = 1; fact < ends.length; fact += 1) add(ends, fact, ends[fact - 1] ?? 0);
    const order = new Int32Array(this.#length);
    const free = ends.slice();
    for (let index = this.#length - 1; index >= 0; index -= 1) order[add(free, this.#of[index] ?? 0, -1)] = index;
    return { order, ends };
  }

  #firstMs(events: Int32Array): number {
    let first = Infinity;
    for (const index of events) {
      const time = this.#timeMs[index] ?? NaN;
      if (time < first) first = time;
    }
    return first;
  }

  #runsOfFiles(): CutRuns {
    const order = this.#sources.map((_, index) => index).sort((a, b) => this.#compareSources(a, b));
    const runOf = new Int32Array(order.length);
    for (const [run, source] of order.entries()) runOf[source] = run;
    return {
      names: order.map((source) => this.#sources[source] ?? ''),
      of: this.#source.subarray(0, this.#length).map((source) => runOf[source] ?? 0),
      untimed: 0,
    };
  }

  /** Of the same name twice it makes no difference which comes first, as long as nothing but their numbers differs. */
  #compareSources(a: number, b: number): number {
    const [nameA = '', nameB = ''] = [this.#sources[a], this.#sources[b]];
    return nameA < nameB ? -1 : nameA > nameB ? 1 : a - b;
  }

  #runsOfGaps(gapMs: number): CutRuns {
    // NaN is sorted behind all numbers.
    const sorted = this.#timeMs.slice(0, this.#length).sort();
    const times = sorted.subarray(0, sorted.findLastIndex((time) => !Number.isNaN(time)) + 1);
    const starts: number[] = [];
    let last = -Infinity;
    for (let index = 0; index < times.length; index += 1) {
      const time = times[index] ?? NaN;
      if (time - last > gapMs) starts.push(time);
      last = time;
    }
    const untimed = this.#length - times.length;
    const names = starts.map((start) => new Date(start).toISOString());
    const of = new Int32Array(this.#length);
    for (let index = 0; index < this.#length; index += 1) {
      const time = this.#timeMs[index] ?? NaN;
      of[index] = Number.isNaN(time) ? names.length : runAt(starts, time);
    }
    return { names: untimed === 0 ? names : [...names, 'without a time'], of, untimed };
  }
}

function add(column: Int32Array, at: number, count: number): number {
  const sum = (column[at] ?? 0) + count;
  column[at] = sum;
  return sum;
}

/** How many of some events were in each run, by the runs' numbers. Facts are many and such counts few: each is one object. */
function countsOf(
  events: Int32Array,
  { runOf, known }: { readonly runOf: Int32Array; readonly known: Map<string, ReadonlyMap<number, number>> },
): ReadonlyMap<number, number> {
  const runs = events.map((index) => runOf[index] ?? 0).sort();
  const counts: (readonly [run: number, count: number])[] = [];
  for (let from = 0, to = 0; from < runs.length; from = to) {
    const run = runs[from] ?? 0;
    while (runs[to] === run) to += 1;
    counts.push([run, to - from]);
  }
  const key = counts.join(';');
  const there = known.get(key);
  if (there !== undefined) return there;
  const made = new Map(counts);
  known.set(key, made);
  return made;
}

interface CutRuns {
  readonly names: readonly string[];
  readonly of: Int32Array;
  readonly untimed: number;
}

/** The last run that began at a time or before it. */
function runAt(starts: readonly number[], time: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? Infinity) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}
