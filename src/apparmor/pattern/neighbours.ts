import { type ByteText, compareBytes } from '../../core/byte-text.ts';

/** All values of one beginning, with the longest other one that it begins with. */
interface Group<Value> {
  readonly prefix: ByteText;
  readonly values: Value[];
  readonly parent: Group<Value> | undefined;
}

/**
 * Values by what the patterns begin with that they stand for: of many patterns only those that begin alike can match the same path, and
 * they are found without a look at the others.
 */
export class Neighbours<Value> {
  readonly #values = new Map<ByteText, Value[]>();
  #sorted: readonly Group<Value>[] | undefined;

  constructor(entries: Iterable<{ readonly prefixes: readonly ByteText[]; readonly value: Value }> = []) {
    for (const { prefixes, value } of entries) this.add(prefixes, value);
  }

  /** One of several beginnings comes once with each. */
  add(prefixes: readonly ByteText[], value: Value): void {
    for (const prefix of prefixes) {
      const same = this.#values.get(prefix);
      if (same === undefined) this.#values.set(prefix, [value]);
      else same.push(value);
    }
    this.#sorted = undefined;
  }

  /** Values whose beginning a text has; the nearest first. */
  *before(text: ByteText): Generator<Value> {
    // What stands between a beginning and a text in their order begins so, too: all that is sought is above the last one before the text.
    let group = this.#groups()[this.#firstAfter(text) - 1];
    for (; group !== undefined; group = group.parent) if (text.startsWith(group.prefix)) yield* group.values;
  }

  /** Values whose beginning goes on from a text or ends within it; one may come several times. */
  *near(prefixes: readonly ByteText[]): Generator<Value> {
    for (const prefix of prefixes) {
      yield* this.before(prefix);
      const groups = this.#groups();
      for (let at = this.#firstAfter(prefix); at < groups.length; at += 1) {
        const group = groups[at];
        if (group === undefined || !group.prefix.startsWith(prefix)) break;
        yield* group.values;
      }
    }
  }

  /** In their order; each once. */
  allNear(prefixes: readonly ByteText[]): ReadonlySet<Value> {
    return new Set(this.near(prefixes));
  }

  #groups(): readonly Group<Value>[] {
    if (this.#sorted !== undefined) return this.#sorted;
    const sorted: Group<Value>[] = [];
    for (const [prefix, values] of [...this.#values].sort(([a], [b]) => compareBytes(a, b))) {
      let parent = sorted.at(-1);
      while (parent !== undefined && !prefix.startsWith(parent.prefix)) parent = parent.parent;
      sorted.push({ prefix, values, parent });
    }
    this.#sorted = sorted;
    return sorted;
  }

  /** The first group behind a text in the order of bytes. */
  #firstAfter(text: ByteText): number {
    const groups = this.#groups();
    let low = 0;
    let high = groups.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((groups[middle]?.prefix ?? '') <= text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
