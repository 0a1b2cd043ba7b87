import type { LogSink } from '../log/access-log-reader.ts';
import type { Stamp } from '../log/build-event.ts';
import type { AccessEvent } from '../log/event.ts';
import type { ByteText } from '../../core/byte-text.ts';
import { inLonger } from '../../core/column.ts';
import { compareFacts, factKey, isSameFact, namesItsProcess, type Fact } from './fact.ts';

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

/** What takes the events of one source. */
export interface ObservedSource {
  readonly event: LogSink['event'];
  readonly again: NonNullable<LogSink['again']>;
}

interface Noted {
  readonly event: AccessEvent;
  /** Where it is among the facts. */
  readonly number: number;
  isOwner: boolean;
  namesProcess: boolean;
  /** The process that was last asked for in the name. */
  pid: number | undefined;
  /** Another of the same name: most have none, and a list for each name takes more than all else of it. */
  next: Noted | undefined;
}

/** So many facts of one name are told apart by their fields, and only more of them by a key: most names have one or two. */
const COMPARED_FACTS = 4;

/** Of which fact the events are that may come again, by the numbers of their texts. */
class KnownEvents {
  readonly #first: AccessEvent[] = [];
  readonly #noted: (Noted | undefined)[] = [];

  /** Another event may have had the number before. */
  has(number: number, event: AccessEvent): boolean {
    return this.#first[number] === event;
  }

  noted(number: number): Noted | undefined {
    return this.#noted[number];
  }

  set(number: number, event: AccessEvent, noted: Noted | undefined): void {
    this.#first[number] = event;
    this.#noted[number] = noted;
  }
}

/** Takes events in any order, and keeps of each only what it says and when: 20 bytes for one that was seen before. */
export class Observations {
  readonly #facts: Noted[] = [];
  readonly #byName = new Map<ByteText, Noted>();
  readonly #byKey = new Map<string, Noted>();
  readonly #sources: string[] = [];
  #of = new Int32Array(FIRST_CAPACITY);
  #source = new Int32Array(FIRST_CAPACITY);
  #timeMs = new Float64Array(FIRST_CAPACITY);
  #length = 0;
  #left = 0;

  /** Takes the events of a file, named so; the order in which files come makes no difference as long as no two have one name. */
  source(name: string): ObservedSource {
    const source = this.#sources.push(name) - 1;
    const known = new KnownEvents();
    return {
      event: (event, number) => {
        const noted = this.#noted(event);
        if (number !== undefined) known.set(number, event, noted);
        this.#add(noted, source, event);
      },
      again: (first, stamp, number) => {
        if (!known.has(number, first)) known.set(number, first, this.#noted(first));
        const noted = known.noted(number);
        if (noted !== undefined) noteProcess(noted, first.name, stamp.pid);
        this.#add(noted, source, stamp);
      },
    };
  }

  #add(noted: Noted | undefined, source: number, { timeMs }: Stamp): void {
    if (noted === undefined) {
      this.#left += 1;
      return;
    }
    if (this.#length === this.#of.length) this.#grow();
    this.#of[this.#length] = noted.number;
    this.#source[this.#length] = source;
    this.#timeMs[this.#length] = timeMs ?? NaN;
    this.#length += 1;
  }

  /** The fact that an event is one of; `undefined` where there are too many. */
  #noted(event: AccessEvent): Noted | undefined {
    const noted = this.#factOf(event);
    if (noted === undefined) return undefined;
    noted.isOwner &&= event.isOwner === true;
    noteProcess(noted, event.name, event.pid);
    return noted;
  }

  #factOf(event: AccessEvent): Noted | undefined {
    const name = event.name ?? '';
    const first = this.#byName.get(name);
    let last = first;
    let compared = 0;
    for (let one = first; one !== undefined; one = one.next) {
      if (isSameFact(one.event, event)) return one;
      last = one;
      compared += 1;
    }
    const isTold = event.class === 'file' && compared < COMPARED_FACTS;
    const key = isTold ? undefined : factKey(event);
    const known = key === undefined ? undefined : this.#byKey.get(key);
    if (known !== undefined) return known;
    const noted = this.#note(event);
    if (noted === undefined) return undefined;
    if (key !== undefined) this.#byKey.set(key, noted);
    if (last === undefined) this.#byName.set(name, noted);
    else if (compared < COMPARED_FACTS) last.next = noted;
    return noted;
  }

  #note(event: AccessEvent): Noted | undefined {
    const number = this.#facts.length;
    if (number >= MAX_FACTS) return undefined;
    const noted = { event, number, isOwner: true, namesProcess: false, pid: undefined, next: undefined };
    this.#facts.push(noted);
    return noted;
  }

  #grow(): void {
    const size = this.#length * 2;
    this.#of = inLonger(this.#of, new Int32Array(size));
    this.#source = inLonger(this.#source, new Int32Array(size));
    this.#timeMs = inLonger(this.#timeMs, new Float64Array(size));
  }

  /** Cuts what was seen into runs: runs and facts come out in an order that depends on nothing but what was seen. */
  cut(rule: RunRule): Observed {
    const runs = rule.kind === 'files' ? this.#runsOfFiles() : this.#runsOfGaps(rule.gapMs);
    const { order, ends } = this.#byFact();
    const counting = new Counting(order, runs.of);
    let from = 0;
    const facts = this.#facts.map(({ event, isOwner, namesProcess }, index): Fact => {
      const events = { from, to: ends[index] ?? from };
      from = events.to;
      let firstMs = Infinity;
      for (let at = events.from; at < events.to; at += 1) {
        const time = this.#timeMs[order[at] ?? 0] ?? NaN;
        if (time < firstMs) firstMs = time;
      }
      const counts = counting.of(events);
      const total = events.to - events.from;
      return firstMs < Infinity
        ? { event, counts, total, firstMs, isOwner, namesProcess }
        : { event, counts, total, isOwner, namesProcess };
    });
    facts.sort(compareFacts);
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
    const all = this.#timeMs.slice(0, this.#length);
    // NaN is sorted behind all numbers. Most logs are in order as they are.
    const sorted = isAscending(all) ? all : all.sort();
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
    // Most events are of the run of the one before.
    let run = 0;
    for (let index = 0; index < this.#length; index += 1) {
      const time = this.#timeMs[index] ?? NaN;
      if (Number.isNaN(time)) of[index] = names.length;
      else {
        if (!(time >= (starts[run] ?? Infinity) && time < (starts[run + 1] ?? Infinity))) run = runAt(starts, time);
        of[index] = run;
      }
    }
    return { names: untimed === 0 ? names : [...names, 'without a time'], of, untimed };
  }
}

function noteProcess(noted: Noted, name: ByteText | undefined, pid: number | undefined): void {
  if (noted.namesProcess || noted.pid === pid) return;
  noted.namesProcess = namesItsProcess({ name, pid });
  noted.pid = pid;
}

/** Not where one of them is NaN. */
function isAscending(times: Float64Array): boolean {
  let before = -Infinity;
  for (let index = 0; index < times.length; index += 1) {
    const time = times[index] ?? NaN;
    if (!(time >= before)) return false;
    before = time;
  }
  return true;
}

function add(column: Int32Array, at: number, count: number): number {
  const sum = (column[at] ?? 0) + count;
  column[at] = sum;
  return sum;
}

/** Counts events by their runs. Facts are many and such counts few: each is one object. */
class Counting {
  readonly #order: Int32Array;
  readonly #runOf: Int32Array;
  readonly #known = new Map<string, ReadonlyMap<number, number>>();

  constructor(order: Int32Array, runOf: Int32Array) {
    this.#order = order;
    this.#runOf = runOf;
  }

  /** By the runs' numbers, of the events at some places of the order. */
  of({ from, to }: { readonly from: number; readonly to: number }): ReadonlyMap<number, number> {
    // Run, count, run, count …: events of a log come one run after the other.
    const counts: number[] = [];
    let last = -1;
    let count = 0;
    let isInOrder = true;
    for (let at = from; at < to; at += 1) {
      const run = this.#runOf[this.#order[at] ?? 0] ?? 0;
      if (run === last) count += 1;
      else {
        if (count > 0) counts.push(last, count);
        isInOrder &&= run >= last;
        last = run;
        count = 1;
      }
    }
    if (count > 0) counts.push(last, count);
    return this.#one(isInOrder ? counts : inOrder(counts));
  }

  #one(counts: readonly number[]): ReadonlyMap<number, number> {
    const key = counts.join();
    const known = this.#known.get(key) ?? new Map(pairsOf(counts));
    this.#known.set(key, known);
    return known;
  }
}

function pairsOf(counts: readonly number[]): readonly (readonly [run: number, count: number])[] {
  return counts.flatMap((run, at) => (at % 2 === 0 ? [[run, counts[at + 1] ?? 0] as const] : []));
}

function inOrder(counts: readonly number[]): readonly number[] {
  const sums = new Map<number, number>();
  for (const [run, count] of pairsOf(counts)) sums.set(run, (sums.get(run) ?? 0) + count);
  return [...sums].sort(([a], [b]) => a - b).flat();
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
