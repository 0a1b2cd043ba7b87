import { type ByteClasses, byteClasses } from './byte-classes.ts';
import { type ByteSet, singleByte } from './byte-set.ts';
import type { ByteText } from '../../core/byte-text.ts';
import type { NodeTable } from './nodes.ts';

/** So many states of one pattern are kept; a pattern such as `**a??????????????` would have more than memory. */
export const MAX_STATES = 4_000;

/** Room is made for so many states at first. */
const FIRST_STATES = 8;
const UNKNOWN = -1;
/** What paths are told by is in classes of its own, whatever a pattern says of it. */
const SPECIAL: readonly ByteSet[] = ['/', '.'].map((one) => singleByte(one.charCodeAt(0)));
/** The state that nothing follows. */
const DEAD = 0;

/** Reads text by one pattern, or the union of several; states are worked out as they are reached, and kept. */
export class Automaton {
  readonly classes: ByteClasses;
  readonly #table: NodeTable;
  readonly #ids = new Map<string, number>();
  readonly #members: (readonly number[])[] = [];
  readonly #accepting: boolean[] = [];
  /** For each state and class of bytes what follows; one table, for most automata have a few states only. */
  #next = new Int32Array();
  #start = DEAD;
  /** Places of the pattern that were looked at since somebody asked. */
  #work: number;

  constructor(table: NodeTable) {
    this.#table = table;
    this.classes = byteClasses(
      new Set([...SPECIAL, ...table.nodes.flatMap((node) => ('set' in node ? [node.set] : []))]),
    );
    this.#work = table.nodes.length;
    this.forget();
  }

  /** Takes the memory back that states took; those that were given out mean nothing any more. */
  forget(): void {
    this.#ids.clear();
    this.#members.length = 0;
    this.#accepting.length = 0;
    this.#next = new Int32Array();
    this.#idOf([]);
    this.#start = this.#idOf(this.#closure([this.#table.start])) ?? DEAD;
  }

  /** How much was done since the last time: making it, and finding its states. */
  takeWork(): number {
    const work = this.#work;
    this.#work = 0;
    return work;
  }

  /** Linear in the text. */
  matches(text: ByteText): boolean {
    return this.accepts(this.#after(text));
  }

  /** Whether it may match something that begins so. */
  mayBegin(start: ByteText): boolean {
    return this.#after(start) !== DEAD;
  }

  #after(text: ByteText): number {
    let state = this.#start;
    for (let at = 0; at < text.length && state !== DEAD; at += 1) {
      let next = this.next(state, text.charCodeAt(at));
      if (next === undefined) {
        const members = this.#members[state] ?? [];
        this.forget();
        state = this.#idOf(members) ?? DEAD;
        next = this.next(state, text.charCodeAt(at)) ?? DEAD;
      }
      state = next;
    }
    return state;
  }

  start(): number {
    return this.#start;
  }

  accepts(state: number): boolean {
    return this.#accepting[state] ?? false;
  }

  isDead(state: number): boolean {
    return state === DEAD;
  }

  /** The state after one more byte; `undefined` when there would be too many. */
  next(state: number, byte: number): number | undefined {
    if (byte === 0) return DEAD;
    const cell = state * this.classes.count + (this.classes.of[byte] ?? 0);
    const known = this.#next[cell] ?? DEAD;
    if (known !== UNKNOWN) return known;
    const next = this.#idOf(this.#step(this.#members[state] ?? [], byte));
    if (next !== undefined) this.#next[cell] = next;
    return next;
  }

  #step(members: readonly number[], byte: number): readonly number[] {
    const reached: number[] = [];
    this.#work += members.length;
    for (const member of members) {
      const node = this.#table.nodes[member];
      if (node === undefined || !('set' in node) || node.set[byte] !== 1) continue;
      reached.push(node.kind === 'many' ? member : node.next);
    }
    return this.#closure(reached);
  }

  /** Adds what is reached without a byte, and leaves out what only leads on. */
  #closure(from: readonly number[]): readonly number[] {
    const seen = new Set<number>();
    const open = [...from];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const node = this.#table.nodes[id];
      if (node?.kind === 'choice') for (const option of node.options) open.push(option);
      else if (node?.kind === 'many') open.push(node.next);
    }
    this.#work += seen.size;
    return [...seen].filter((id) => this.#table.nodes[id]?.kind !== 'choice').toSorted((a, b) => a - b);
  }

  #idOf(members: readonly number[]): number | undefined {
    const key = members.join();
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#members.length >= MAX_STATES) return undefined;
    const id = this.#members.length;
    this.#ids.set(key, id);
    this.#members.push(members);
    this.#accepting.push(members.some((member) => this.#table.nodes[member]?.kind === 'accept'));
    this.#makeRoom();
    return id;
  }

  #makeRoom(): void {
    const needed = this.#members.length * this.classes.count;
    if (needed <= this.#next.length) return;
    const grown = new Int32Array(Math.max(2 * needed, FIRST_STATES * this.classes.count)).fill(UNKNOWN);
    grown.set(this.#next);
    this.#next = grown;
  }
}
