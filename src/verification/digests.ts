import { Buffer } from 'node:buffer';
import { availableParallelism } from 'node:os';
import type { DigestRequest } from '../signatures/judgement.ts';
import { DigestThread } from './digest-thread.ts';
import { Lane, type PlannedLane, planLanes, type Suffix } from './lane.ts';
import { type ByteSource, whyUnread } from './source.ts';

const BYTES_PER_KIB = 1024;
/** Large enough that a message for each costs nothing, small enough for a core's own cache. */
const SLOT_BYTES = 512 * BYTES_PER_KIB;
/** One is being read while others are digested. */
const SLOTS = 6;
/** Below this a thread costs more than it brings. */
const THREAD_FROM_BYTES = 8 * BYTES_PER_KIB * BYTES_PER_KIB;
/** Digesting is bound by processors, and there are never many digests of one file. */
const MOST_THREADS = 7;

/** What takes the very bytes that are digested: a copy, a spool, a parser. */
export interface ByteSink {
  /** The bytes are the sink's until the promise resolves. */
  write(bytes: Uint8Array): Promise<void> | void;
}

export interface Wanted {
  readonly digests: readonly DigestRequest[];
  /** The bytes themselves, where there are no more than these. */
  readonly contentLimitBytes?: number;
  readonly sinks?: readonly ByteSink[];
}

export type ReadOutcome =
  | {
      readonly kind: 'read';
      readonly sizeBytes: number;
      /** In the order of the requests. */
      readonly digests: readonly Uint8Array[];
      /** `undefined` where nobody asked, or it is longer than the limit. */
      readonly content: Uint8Array | undefined;
    }
  | { readonly kind: 'unread'; readonly reason: string };

/** A lane as the reader drives it, here or on a thread. */
interface RunningLane {
  readonly planned: PlannedLane;
  readonly update: (slot: number, bytes: Uint8Array) => Promise<void> | void;
  readonly finish: (suffixes: readonly Suffix[]) => Promise<readonly Uint8Array[]> | readonly Uint8Array[];
  readonly drop: () => void;
}

type Ring = readonly SharedArrayBuffer[];

/** Reads each source once, whatever is to be known of it, in fixed memory; several digests run on several cores. */
export class DigestReader {
  readonly #mostThreads: number;
  readonly #threads: DigestThread[] = [];
  readonly #rings: Ring[] = [];
  /** Lanes of large sources that run on this thread. */
  #ownLoad = 0;

  constructor({ threads = availableParallelism() - 1 }: { readonly threads?: number } = {}) {
    this.#mostThreads = Math.min(threads, MOST_THREADS);
  }

  /** A source that can't be read is a value; a sink that fails throws. Closes the source. */
  async read(source: ByteSource, wanted: Wanted): Promise<ReadOutcome> {
    const ring = this.#rings.pop() ?? Array.from({ length: SLOTS }, () => new SharedArrayBuffer(SLOT_BYTES));
    const lanes: RunningLane[] = [];
    try {
      const isLarge = (source.sizeBytes ?? Infinity) >= THREAD_FROM_BYTES;
      for (const planned of planLanes(wanted.digests)) lanes.push(this.#start(planned, ring, isLarge));
      const content = new Content(wanted.contentLimitBytes ?? 0);
      const sinks = [...(wanted.contentLimitBytes === undefined ? [] : [content]), ...(wanted.sinks ?? [])];
      const pumped = await pump({ source, ring, lanes, sinks });
      if (pumped.kind === 'unread') return pumped;
      const digests: Uint8Array[] = [];
      for (const { planned, finish } of lanes) {
        const found = await finish(planned.suffixes);
        for (const [index, place] of planned.places.entries()) digests[place] = found[index] ?? new Uint8Array();
      }
      const whole = wanted.contentLimitBytes === undefined ? undefined : content.whole();
      return { kind: 'read', sizeBytes: pumped.sizeBytes, digests, content: whole };
    } finally {
      for (const lane of lanes) lane.drop();
      this.#rings.push(ring);
      await source.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()));
  }

  #start(planned: PlannedLane, ring: Ring, isLarge: boolean): RunningLane {
    const thread = isLarge && this.#ownLoad > 0 ? this.#leastLoaded() : undefined;
    if (thread === undefined) return this.#startHere(planned, isLarge ? 1 : 0);
    const lane = thread.open(planned.spec, ring);
    const update = (slot: number, bytes: Uint8Array): Promise<void> => lane.update(slot, bytes.length);
    return { planned, update, finish: lane.finish, drop: lane.drop };
  }

  #startHere(planned: PlannedLane, load: number): RunningLane {
    const lane = new Lane(planned.spec);
    this.#ownLoad += load;
    const drop = (): void => {
      this.#ownLoad -= load;
    };
    return { planned, update: (_, bytes) => lane.update(bytes), finish: (suffixes) => lane.digests(suffixes), drop };
  }

  /** `undefined` where this thread has the least to do, which reads as well. */
  #leastLoaded(): DigestThread | undefined {
    const idle = this.#threads.find(({ load }) => load === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.#mostThreads) {
      const thread = new DigestThread();
      this.#threads.push(thread);
      return thread;
    }
    const [least] = this.#threads.toSorted((a, b) => a.load - b.load);
    return least !== undefined && least.load < this.#ownLoad ? least : undefined;
  }
}

interface PumpOptions {
  readonly source: ByteSource;
  readonly ring: Ring;
  readonly lanes: readonly RunningLane[];
  readonly sinks: readonly ByteSink[];
}

type Pumped =
  { readonly kind: 'end'; readonly sizeBytes: number } | { readonly kind: 'unread'; readonly reason: string };

/** While one slot is read, those before it are digested and written; a slot is filled again when all are done with it. */
async function pump({ source, ring, lanes, sinks }: PumpOptions): Promise<Pumped> {
  const slots = ring.map((memory) => new Uint8Array(memory));
  const busy: Promise<unknown>[] = slots.map(() => Promise.resolve());
  const slotAt = (turn: number): Uint8Array => slots[turn % SLOTS] ?? new Uint8Array();
  let sizeBytes = 0;
  let reading = settled(source.read(slotAt(0)));
  try {
    for (let turn = 0; ; turn += 1) {
      const read = await reading;
      if (read.kind === 'failed') return { kind: 'unread', reason: whyUnread(read.error) };
      if (read.lengthBytes === 0) break;
      const bytes = slotAt(turn).subarray(0, read.lengthBytes);
      sizeBytes += bytes.length;
      await busy[(turn + 1) % SLOTS];
      reading = settled(source.read(slotAt(turn + 1)));
      const work = [
        ...lanes.map((lane) => lane.update(turn % SLOTS, bytes)),
        ...sinks.map((sink) => sink.write(bytes)),
      ].filter((one) => one !== undefined);
      const done = Promise.all(work);
      // It is awaited when its slot is needed again, which may be after it has failed.
      done.catch(() => undefined);
      busy[turn % SLOTS] = done;
    }
    await Promise.all(busy);
    const objection = await source.objection();
    return objection === undefined ? { kind: 'end', sizeBytes } : { kind: 'unread', reason: objection };
  } finally {
    // Nobody may write into the slots any more when they are somebody else's.
    await Promise.allSettled([reading, ...busy]);
  }
}

type Read =
  { readonly kind: 'bytes'; readonly lengthBytes: number } | { readonly kind: 'failed'; readonly error: unknown };

/** Handled from its start: it runs while other things are awaited that may fail first. */
async function settled(reading: Promise<number>): Promise<Read> {
  try {
    return { kind: 'bytes', lengthBytes: await reading };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** Keeps all bytes, or none where they are more than the limit. */
class Content implements ByteSink {
  readonly #limitBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  write(bytes: Uint8Array): void {
    this.#sizeBytes += bytes.length;
    if (this.#sizeBytes > this.#limitBytes) this.#pieces.length = 0;
    else this.#pieces.push(Uint8Array.from(bytes));
  }

  whole(): Uint8Array | undefined {
    return this.#sizeBytes > this.#limitBytes ? undefined : new Uint8Array(Buffer.concat(this.#pieces));
  }
}
