import type { ByteText } from '../../core/byte-text.ts';
import type { CompiledPattern, PatternEngine } from './pattern-engine.ts';

/** A pattern that is compiled when a path begins as it does. */
export interface PathTest {
  readonly pattern: ByteText;
  readonly prefix: ByteText;
  readonly matches: (path: ByteText) => boolean;
  /** Whether it may match something that begins so: all below a folder, say. */
  readonly mayBegin: (start: ByteText) => boolean;
}

/** What begins a pattern before anything in it may mean more than itself. */
const LITERAL_START = /^[^*?[\]{}\\"^,]*/;

/** The text that everything begins with that a pattern matches, or a part of it. */
export function literalStart(pattern: ByteText): ByteText {
  const [start = ''] = LITERAL_START.exec(pattern) ?? [];
  // Doubled slashes are one for the parser, so nothing is sure of what begins with them.
  return pattern.includes('//') ? '' : start;
}

export function pathTest(pattern: ByteText, engine: PatternEngine): PathTest {
  const prefix = literalStart(pattern);
  if (prefix === pattern) {
    return {
      pattern,
      prefix,
      matches: (path) => path === pattern,
      mayBegin: (start) => pattern.startsWith(start),
    };
  }
  let compiled: CompiledPattern | undefined;
  const test = (): CompiledPattern => (compiled ??= engine.compiled(pattern) ?? MATCHES_NOTHING);
  return {
    pattern,
    prefix,
    matches: (path) => test().matches(path),
    mayBegin: (start) => prefix.startsWith(start) || (start.startsWith(prefix) && test().mayBegin(start)),
  };
}

const MATCHES_NOTHING: CompiledPattern = { matches: () => false, mayBegin: () => false };

interface Entry<Value> {
  readonly test: PathTest;
  readonly values: Value[];
}

const NOTHING: readonly never[] = [];

/** Folders whose patterns are remembered; a log can name any number. */
const MAX_FOLDERS = 20_000;

/** Many patterns, asked which of them match a path: for each folder it is worked out once which can match anything in it. */
export class PatternIndex<Value> {
  readonly #byPattern = new Map<ByteText, Entry<Value>>();
  readonly #entries: Entry<Value>[] = [];
  readonly #inFolder = new Map<ByteText, readonly Entry<Value>[]>();
  /** The folder that was asked for last: names of one come together. */
  #last: { readonly folder: ByteText; readonly entries: readonly Entry<Value>[] } | undefined;

  add(test: PathTest, value: Value): void {
    const known = this.#byPattern.get(test.pattern);
    if (known === undefined) {
      const entry = { test, values: [value] };
      this.#byPattern.set(test.pattern, entry);
      this.#entries.push(entry);
    } else known.values.push(value);
    this.#inFolder.clear();
    this.#last = undefined;
  }

  /** In no order; a value that was added with several patterns may come twice. */
  find(path: ByteText): readonly Value[] {
    // A new profile has no rules, and of most paths others say nothing.
    if (this.#entries.length === 0) return NOTHING;
    let found: Value[] | undefined;
    for (const { test, values } of this.#within(path.lastIndexOf('/', path.length - 1) + 1, path)) {
      if (!path.startsWith(test.prefix) || !test.matches(path)) continue;
      found ??= [];
      for (const value of values) found.push(value);
    }
    return found ?? NOTHING;
  }

  /** The patterns that may match what begins with the first characters of a path, which end with a slash. */
  #within(length: number, path: ByteText): readonly Entry<Value>[] {
    const last = this.#last;
    if (last?.folder.length === length && path.startsWith(last.folder)) return last.entries;
    const entries = this.#lookWithin(length, path);
    this.#last = { folder: path.slice(0, length), entries };
    return entries;
  }

  #lookWithin(length: number, path: ByteText): readonly Entry<Value>[] {
    // From the deepest folder that is known on down, so that nothing is asked of patterns that are out already.
    const unknown: ByteText[] = [];
    let entries: readonly Entry<Value>[] | undefined;
    for (let end = length; end > 0; end = path.lastIndexOf('/', end - 2) + 1) {
      const folder = path.slice(0, end);
      entries = this.#inFolder.get(folder);
      if (entries !== undefined) break;
      unknown.push(folder);
      if (end === 1) break;
    }
    let inside = entries ?? this.#entries;
    for (const folder of unknown.toReversed()) {
      const own = inside.filter(({ test }) => test.mayBegin(folder));
      if (this.#inFolder.size < MAX_FOLDERS) this.#inFolder.set(folder, own);
      inside = own;
    }
    return inside;
  }
}
