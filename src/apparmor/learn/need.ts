import type { ByteText } from '../../core/byte-text.ts';
import type { Fact } from './fact.ts';
import type { Uses } from './name-tree.ts';
import { bitsOfLetters, type PermissionBits } from './permissions.ts';
import { MAX_PATH_BYTES, type Placed, type Places } from './places.ts';

/** A file that a program needs, by all that it did to it. */
export interface Need {
  readonly path: ByteText;
  readonly placed: Placed;
  readonly isOwner: boolean;
  readonly bits: PermissionBits;
  readonly counts: ReadonlyMap<number, number>;
  readonly firstMs: number;
  readonly namesProcess: boolean;
  /** The runs in which the program made it, as a folder. */
  readonly madeIn: readonly number[];
  /** Of each access as it was asked for, for judging it again. */
  readonly facts: readonly Fact[];
}

/** Why a fact is no need of a file that a rule could be written for. */
export function whyNoPath({ event: { name, isDisconnected } }: Fact): string | undefined {
  if (isDisconnected) return 'the path is disconnected: it has no place in the tree of this file system';
  if (name === undefined || name === '') return 'the record names no file';
  if (!name.startsWith('/')) return 'the name is no absolute path';
  if (name.length > MAX_PATH_BYTES) return `the name is longer than ${String(MAX_PATH_BYTES)} bytes`;
  return name.includes('\0') ? 'the name holds a NUL byte' : undefined;
}

/** Puts together what was done to each path. */
export function needsOf(facts: readonly Fact[], places: Places): readonly Need[] {
  const byPath = new Map<ByteText, Fact[]>();
  for (const fact of facts) {
    const path = fact.event.name ?? '';
    const same = byPath.get(path);
    if (same === undefined) byPath.set(path, [fact]);
    else same.push(fact);
  }
  return Array.from(byPath, ([path, same]) => needOf(path, same, places));
}

const NEVER: readonly never[] = [];

function needOf(path: ByteText, facts: readonly Fact[], places: Places): Need {
  let isOwner = true;
  let bits = 0;
  let firstMs = Infinity;
  let namesProcess = false;
  let madeIn: readonly number[] = NEVER;
  for (const fact of facts) {
    isOwner &&= fact.isOwner;
    bits |= bitsOfLetters(fact.event.requested);
    firstMs = Math.min(firstMs, fact.firstMs ?? Infinity);
    namesProcess ||= fact.namesProcess;
    // The kernel asks only after it found that nothing is there (filename_create() of fs/namei.c).
    if (fact.event.operation === 'mkdir') madeIn = [...madeIn, ...fact.counts.keys()];
  }
  const placed = places.place(path, isOwner);
  return { path, placed, isOwner, bits, counts: countsOf(facts), firstMs, namesProcess, madeIn, facts };
}

function countsOf(facts: readonly Fact[]): ReadonlyMap<number, number> {
  const [only] = facts;
  if (only !== undefined && facts.length === 1) return only.counts;
  const counts = new Map<number, number>();
  for (const fact of facts) for (const [run, count] of fact.counts) counts.set(run, (counts.get(run) ?? 0) + count);
  return counts;
}

/** The need without what is allowed already. */
export function withBits(need: Need, bits: PermissionBits): Need {
  return bits === need.bits ? need : { ...need, bits };
}

/** Whether anything is left of a need when a run is left out. */
export function isSeenWithout({ counts }: Need, without: number | undefined): boolean {
  return without === undefined || counts.size > 1 || !counts.has(without);
}

/** What a need adds to a pattern that stands for it, a run left out: what was done only then is not among it. */
export function usesWithout(need: Need, without: number | undefined): Uses {
  const { isOwner, counts, firstMs, namesProcess, madeIn } = need;
  const bits = bitsWithout(need, without);
  const { total, runs } = sumOf(counts, without);
  const isMade = madeIn.some((run) => run !== without);
  return { bits, isOwner, total, runs, firstMs, namesProcess, isMade, names: 1 };
}

/** What is needed by what was done in the other runs. */
export function bitsWithout({ bits, facts }: Need, without: number | undefined): PermissionBits {
  if (without === undefined || facts.length === 1) return bits;
  const seen = facts.filter(({ counts }) => counts.size > 1 || !counts.has(without));
  return bits & seen.reduce((sum, { event }) => sum | bitsOfLetters(event.requested), 0);
}

/** How often something was done in a run that rules would have denied. */
export function deniedIn({ bits, facts }: Need, run: number, allowed: PermissionBits): number {
  const denied = bits & ~allowed;
  if (denied === 0) return 0;
  return facts.reduce((sum, { event, counts }) => {
    const isDenied = (bitsOfLetters(event.requested) & denied) !== 0;
    return isDenied ? sum + (counts.get(run) ?? 0) : sum;
  }, 0);
}

interface Sum {
  readonly total: number;
  readonly runs: ReadonlySet<number>;
}

/** By the counts and the run that is left out. */
const sums = new WeakMap<ReadonlyMap<number, number>, Map<number | undefined, Sum>>();

/** Names are many, and their counts are few objects. */
function sumOf(counts: ReadonlyMap<number, number>, without: number | undefined): Sum {
  const known = sums.get(counts) ?? new Map<number | undefined, Sum>();
  sums.set(counts, known);
  const there = known.get(without);
  if (there !== undefined) return there;
  let total = 0;
  for (const [run, count] of counts) if (run !== without) total += count;
  const sum = { total, runs: runsOf(counts, without) };
  known.set(without, sum);
  return sum;
}

const knownRuns = new Map<string, ReadonlySet<number>>();
const MAX_KNOWN_RUNS = 10_000;

/** The same runs are the same object, which makes them quickly told to be. */
function runsOf(counts: ReadonlyMap<number, number>, without: number | undefined): ReadonlySet<number> {
  const runs = [...counts.keys()].filter((run) => run !== without);
  const key = runs.join();
  const there = knownRuns.get(key);
  if (there !== undefined) return there;
  const made = new Set(runs);
  if (knownRuns.size < MAX_KNOWN_RUNS) knownRuns.set(key, made);
  return made;
}
